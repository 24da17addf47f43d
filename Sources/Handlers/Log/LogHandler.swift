internal import LinqEvents
public import LinqhookDelivery
public import LinqhookInbox
public import Logging
internal import ShownText

/// How events are written to the log.
public struct LogHandlerOptions: Sendable {
  /// The level of the lines.
  public var level: Logger.Level
  /// Phone numbers show their last two digits only, and the text of a message is left out.
  public var redacts: Bool

  /// Options of the given parts.
  public init(level: Logger.Level, redacts: Bool) {
    self.level = level
    self.redacts = redacts
  }
}

/// Writes one line an event to the program's log.
public actor LogHandler: BatchEventHandler {
  /// Where the text of a message stands: V2, V3 of 2025-01-01 and 2026-02-03.
  private static let textPaths = ["data.text", "data.parts.0.value", "data.message.parts.0.value"]
    .compactMap { try? JSONPath($0) }
  private static let maxTextCharacters = 200

  private let options: LogHandlerOptions
  private let logger: Logger
  private let waitUntilLogged: @Sendable () async -> Void

  /// A handler that writes to the given logger.
  ///
  /// - Parameter waitUntilLogged: returns when everything that was logged before is out, or the task is cancelled.
  public init(
    options: LogHandlerOptions,
    logger: Logger,
    waitUntilLogged: @escaping @Sendable () async -> Void = {}
  ) {
    self.options = options
    self.logger = logger
    self.waitUntilLogged = waitUntilLogged
  }

  /// Nothing to prepare: a log has no position to come back to.
  public func start(checkpoint: [UInt8]?, cursor: Int64) async throws -> BatchResumption { .fromCursor }

  /// Writes a line for each event; delivered are those that are out.
  public func handle(_ events: [StoredEvent]) async -> BatchResult {
    for event in events {
      // So that there is room for it.
      await waitUntilLogged()
      guard !Task.isCancelled else { return Self.interrupted }
      logger.log(level: options.level, "event received", metadata: metadata(of: event))
    }
    await waitUntilLogged()
    return Task.isCancelled ? Self.interrupted : .delivered(checkpoint: nil)
  }

  private static let interrupted = BatchResult.retry(
    reason: "The log did not take every line before the end."
  )

  /// Nothing to reopen.
  public func reopen() async {}

  /// Nothing to release.
  public func stop() async -> [UInt8]? { nil }

  private func metadata(of event: StoredEvent) -> Logger.Metadata {
    let envelope = event.envelope
    let source = event.source.map { options.redacts ? Redaction.source($0) : $0 }
    let sender = envelope.sender.map { options.redacts ? Redaction.sender($0) : $0 }
    let fields: [(String, String?)] = [
      ("event_id", event.eventID),
      ("event_type", envelope.eventType),
      ("api_version", envelope.apiVersion),
      ("created_at", envelope.createdAt),
      ("chat", envelope.chatID.map { options.redacts ? Redaction.chat($0) : $0 }),
      ("from", sender),
      ("source", source),
      ("bytes", String(event.payload.count)),
      ("text", options.redacts ? nil : text(of: event)),
    ]
    return fields.reduce(into: [:]) { metadata, field in
      if let value = field.1 { metadata[field.0] = .string(Shown.line(value)) }
    }
  }

  private func text(of event: StoredEvent) -> String? {
    let payload = event.payload
    let bytes = payload.span
    for path in Self.textPaths {
      if let value = path.value(in: bytes) { return String(value.text.prefix(Self.maxTextCharacters)) }
    }
    return nil
  }
}
