public import LinqEvents
internal import Synchronization

/// A verified event on its way into the inbox. Immutable and shared by reference: it passes through several arrays
/// on its way, and a copy of all its strings at each step would cost more than checking its signature.
public final class InboundEvent: Sendable {
  /// The id to deduplicate by, 1 to 255 bytes: the body's `event_id`, else the signed `webhook-id`.
  public let eventID: String
  /// The fields that routing needs.
  public let envelope: EventEnvelope
  /// The query of the URL that the event came to, for example `line=1`; nil where there was none.
  public let source: String?
  /// When the request was complete, in milliseconds since 1970.
  public let receivedAtMilliseconds: Int64
  /// The path of the endpoint that took it: its id counts for this one and those that share a secret with it. One that
  /// the inbox was not told of shares its ids with everybody.
  public let endpoint: String
  /// What shows that this is no old request sent again.
  public let freshness: Freshness
  /// The time that was signed with it, in milliseconds since 1970; nil where none was, as with V2. While it would pass
  /// an endpoint's tolerance the id is not forgotten.
  public let signedAtMilliseconds: Int64?
  /// The body, exactly as it was received.
  public let payload: [UInt8]
  /// Empty until somebody asks.
  private let keptView = AtomicLazyReference<KeptView>()

  /// An event of the given parts.
  public init(
    eventID: String,
    envelope: EventEnvelope,
    source: String?,
    receivedAtMilliseconds: Int64,
    endpoint: String = "",
    freshness: Freshness,
    signedAtMilliseconds: Int64? = nil,
    payload: [UInt8]
  ) {
    self.eventID = eventID
    self.envelope = envelope
    self.source = source
    self.receivedAtMilliseconds = receivedAtMilliseconds
    self.endpoint = endpoint
    self.freshness = freshness
    self.signedAtMilliseconds = signedAtMilliseconds
    self.payload = payload
  }

  /// The view is kept for the next handler that asks, unless the event is so large that those which wait would take much
  /// memory.
  fileprivate var message: MessageView {
    if let kept = keptView.load() { return kept.view }
    let view = (try? MessageView(event: payload)) ?? MessageView()
    return payload.count > Self.maxBytesOfKeptView ? view : keptView.storeIfNil(KeptView(view)).view
  }

  private static let maxBytesOfKeptView = 16_384

  private final class KeptView: Sendable {
    let view: MessageView
    init(_ view: MessageView) { self.view = view }
  }
}

/// What shows that an event is no old request sent again.
public enum Freshness: Sendable, Equatable {
  /// A signed stamp within the tolerance, or the word of the operator: nothing more is asked.
  case proven
  /// V2 signs no stamp: `created_at` inside the signed body is the only clock. Once ids were forgotten, what was made
  /// before them is refused, and so is what does not say when it was made.
  case createdAt
  /// Nobody signed it, so anyone may send it again as new. Where it has a `created_at`, that counts.
  case unsigned
}

/// An event that the inbox has on disk. It refers to what was accepted, and so is cheap to hand to many handlers.
public struct StoredEvent: Sendable {
  /// Its place in the order of acceptance, from 1, without gaps.
  public let sequence: Int64
  private let accepted: InboundEvent

  /// The id it was deduplicated by.
  public var eventID: String { accepted.eventID }
  /// The fields that routing needs.
  public var envelope: EventEnvelope { accepted.envelope }
  /// The query of the URL that the event came to.
  public var source: String? { accepted.source }
  /// When it was received, in milliseconds since 1970.
  public var receivedAtMilliseconds: Int64 { accepted.receivedAtMilliseconds }
  /// The body, exactly as it was received.
  public var payload: [UInt8] { accepted.payload }

  /// What the event says about a message. Made when it is first asked for, and the same for all handlers; empty for bytes
  /// that are no JSON.
  public var message: MessageView { accepted.message }

  /// An event that was accepted with this sequence.
  public init(_ accepted: InboundEvent, sequence: Int64) {
    self.sequence = sequence
    self.accepted = accepted
  }

  /// The event of the given parts.
  public init(
    sequence: Int64,
    eventID: String,
    envelope: EventEnvelope,
    source: String?,
    receivedAtMilliseconds: Int64,
    payload: [UInt8]
  ) {
    let accepted = InboundEvent(
      eventID: eventID,
      envelope: envelope,
      source: source,
      receivedAtMilliseconds: receivedAtMilliseconds,
      // Asked only on the way in.
      freshness: .createdAt,
      payload: payload
    )
    self.init(accepted, sequence: sequence)
  }
}
