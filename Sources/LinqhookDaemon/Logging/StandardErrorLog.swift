public import LinqhookConfiguration
public import Logging
import Synchronization

/// Where log records go: standard error, one line a record, with a level that a reload can change. Logging never waits
/// for the reader.
public final class StandardErrorLog: Sendable {
  private let currentLevel: Mutex<Logger.Level>
  private let format: LogFormat
  private let output: LogOutput
  private let isJournal: Bool
  private let clock: @Sendable () -> Int64

  /// - Parameters:
  ///   - isJournal: whether standard error is the journal (`$JOURNAL_STREAM`): then text lines carry
  ///     priorities and no time.
  ///   - clock: the wall clock, in milliseconds since 1970.
  public init(
    level: Logger.Level,
    format: LogFormat,
    isJournal: Bool,
    clock: @escaping @Sendable () -> Int64 = WallClock.milliseconds
  ) {
    self.currentLevel = Mutex(level)
    self.format = format
    self.output = LogOutput()
    self.isJournal = isJournal
    self.clock = clock
  }

  /// Puts another level in force for all loggers made from this log.
  public func changeLevel(to level: Logger.Level) {
    currentLevel.withLock { $0 = level }
  }

  /// A logger that writes here.
  public func logger(_ label: String) -> Logger {
    Logger(label: label) { _ in Backend(log: self) }
  }

  /// Returns when everything that was logged before is out, or the task is cancelled. Lines wait in
  /// memory while nobody reads them, and are dropped beyond a mebibyte.
  public func waitUntilWritten() async { await output.waitUntilWritten() }

  /// Waits, for a second at most, until what was logged so far is written.
  public func flush() { output.flush() }

  fileprivate var level: Logger.Level { currentLevel.withLock { $0 } }

  fileprivate func write(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) {
    let renderer = LogLine(format: format, isJournal: isJournal)
    let leftOut = output.write(renderer.render(level, message, metadata, atMilliseconds: clock()))
    guard leftOut > 0 else { return }
    let loss = "log lines dropped before the previous one; standard error was blocked"
    _ = output.write(renderer.render(.warning, loss, ["lines": "\(leftOut)"], atMilliseconds: clock()))
  }
}

private struct Backend: LogHandler {
  let log: StandardErrorLog
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private var ownLevel: Logger.Level?

  init(log: StandardErrorLog) { self.log = log }

  var logLevel: Logger.Level {
    get { ownLevel ?? log.level }
    set { ownLevel = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var merged = metadata
    if let provided = metadataProvider?.get() { merged.merge(provided) { _, new in new } }
    if let own = event.metadata { merged.merge(own) { _, new in new } }
    log.write(event.level, event.message.description, merged)
  }
}
