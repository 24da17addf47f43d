import Logging
import Synchronization

/// A logger whose records a test can read.
final class CapturedLog: Sendable {
  private let records = Mutex<[String]>([])

  /// Level, message and metadata of each record, on one line.
  var lines: [String] { records.withLock { $0 } }

  var logger: Logger {
    Logger(label: "test") { _ in Backend(log: self) }
  }

  private func add(_ line: String) { records.withLock { $0.append(line) } }

  private struct Backend: LogHandler {
    let log: CapturedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { $1 }
      let fields = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      log.add((["\(event.level)", "\(event.message)"] + fields).joined(separator: " "))
    }
  }
}
