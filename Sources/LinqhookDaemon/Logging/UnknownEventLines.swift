import Ingress
import Logging
import Synchronization

/// Logs events with something unknown: once for each kind, and only so many kinds, because each new type, version or
/// shape is another. All of them are in the log at level debug.
final class UnknownEventLines: Sendable {
  static let maxKinds = 50

  private let logger: Logger
  private let kinds = Mutex<Set<String>>([])

  init(logger: Logger) { self.logger = logger }

  func log(_ finding: UnknownFinding) {
    logger.debug("event with something unknown", metadata: Self.metadata(finding))
    let isFull: Bool? = kinds.withLock { kinds in
      guard kinds.count < Self.maxKinds, kinds.insert(finding.kind).inserted else { return nil }
      return kinds.count == Self.maxKinds
    }
    guard let isFull else { return }
    logger.notice("\(finding.message); it is handed on as any other", metadata: Self.metadata(finding))
    if isFull { logger.notice("more kinds of unknown events are counted, and no longer logged") }
  }

  private static func metadata(_ finding: UnknownFinding) -> Logger.Metadata {
    var metadata: Logger.Metadata = [
      "what": "\(finding.what)", "event_type": "\(finding.eventType)", "event_id": "\(finding.eventID)",
    ]
    if let version = finding.version { metadata["version"] = "\(version)" }
    return metadata
  }
}

extension UnknownFinding {
  /// Events of one kind are told once.
  fileprivate var kind: String {
    switch what {
    case "type": "type \(eventType)"
    case "version": "version \(version ?? "")"
    default: "\(what) \(eventType) \(version ?? "")"
    }
  }

  fileprivate var message: String {
    switch what {
    case "type": "event of a type that this version of linqhook does not know"
    case "version": "event of a payload version that this version of linqhook does not read"
    default: "event whose chat is not where its payload version has it"
    }
  }
}
