package import Logging
internal import Synchronization

/// A logger whose records a test can read.
package final class CapturedLog: Sendable {
  package struct Record: Sendable {
    package let level: Logger.Level
    package let message: String
    package let metadata: Logger.Metadata
  }

  private let state = Mutex<[Record]>([])

  package init() {}

  package var records: [Record] { state.withLock { $0 } }

  /// Level, message and metadata of each record, on one line.
  package var lines: [String] {
    records.map { record in
      let fields = record.metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return (["\(record.level)", record.message] + fields).joined(separator: " ")
    }
  }

  /// Message and metadata of all records, a line each.
  package var text: String { records.map { "\($0.message) \($0.metadata)" }.joined(separator: "\n") }

  package var logger: Logger {
    Logger(label: "test") { _ in Backend(log: self) }
  }

  private func add(_ record: Record) { state.withLock { $0.append(record) } }

  private struct Backend: LogHandler {
    let log: CapturedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      log.add(
        Record(
          level: event.level,
          message: "\(event.message)",
          metadata: metadata.merging(event.metadata ?? [:]) { $1 }
        )
      )
    }
  }
}
