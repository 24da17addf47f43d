import LinqEvents
import LinqhookInbox
import Synchronization

/// Counts what is not known of new events, and tells of it. An event that is known costs a look at its envelope.
final class UnknownEvents: Sendable {
  private let counts = Mutex<[String: Int]>([:])
  private let observer: any IngressObserver

  init(observer: any IngressObserver) {
    self.observer = observer
  }

  func note(_ event: InboundEvent) {
    let unknown = UnknownParts(in: event.envelope)
    guard !unknown.isEmpty else { return }
    for named in UnknownParts.named where unknown.contains(named.part) {
      counts.withLock { $0[named.name, default: 0] += 1 }
      observer.acceptedUnknown(
        UnknownFinding(
          what: named.name,
          eventType: event.envelope.eventType,
          version: event.envelope.webhookVersion ?? event.envelope.apiVersion,
          eventID: event.eventID
        )
      )
    }
  }

  /// How many there were so far, by what is not known.
  var countsByPart: [String: Int] { counts.withLock(\.self) }
}
