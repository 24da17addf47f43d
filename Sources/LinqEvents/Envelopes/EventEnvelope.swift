/// What routing knows of an event: everything that is needed to deduplicate, order and filter it, and nothing
/// of its content. V2 and V3 look the same from here; unknown types and fields pass.
public struct EventEnvelope: Sendable, Equatable {
  /// How long an id, a type or another short text may be, in bytes of UTF-8.
  public static let maxTextBytes = 255

  /// What happened, such as `message.received`; 1 to 255 bytes without control characters.
  public let eventType: String

  /// What the event is deduplicated by; 1 to 255 bytes without control characters, a number's as it is spelt. Nil when
  /// it is missing or unusable; then a signed `webhook-id` may take its place.
  public let eventID: String?

  /// Why ``eventID`` is nil although the field is there.
  public let eventIDProblem: IdentifierProblem?

  /// `v2` or `v3`.
  public let apiVersion: String?

  /// `2025-01-01` or `2026-02-03` in V3.
  public let webhookVersion: String?

  /// When it happened, as written.
  public let createdAt: String?

  /// When it happened, in milliseconds since 1970; nil when the text is missing or no time. A number counts as Unix
  /// time.
  public let createdAtMilliseconds: Int64?

  /// Linq's trace, in V3.
  public let traceID: String?

  /// The partner, in V3.
  public let partnerID: String?

  /// The chat that the event belongs to, the key for order. Contact events, for example, have none. A chat
  /// id may be a JSON number; then it is the number's text.
  public let chatID: String?

  /// Who wrote, called or reacted: a phone number or address.
  public let sender: String?

  /// `inbound` or `outbound`, where the event says so.
  public let direction: String?

  /// Whether the event was seen to have no white space outside its strings, and so is one line as it is.
  public let isCompact: Bool

  /// Puts an envelope together from values that are known, unchecked; ``read(_:)-(Span<UInt8>)`` is the way
  /// in for bytes from outside.
  public init(
    eventType: String,
    eventID: String?,
    eventIDProblem: IdentifierProblem? = nil,
    apiVersion: String? = nil,
    webhookVersion: String? = nil,
    createdAt: String? = nil,
    createdAtMilliseconds: Int64? = nil,
    traceID: String? = nil,
    partnerID: String? = nil,
    chatID: String? = nil,
    sender: String? = nil,
    direction: String? = nil,
    isCompact: Bool = false
  ) {
    self.eventType = eventType
    self.eventID = eventID
    self.eventIDProblem = eventIDProblem
    self.apiVersion = apiVersion
    self.webhookVersion = webhookVersion
    self.createdAt = createdAt
    self.createdAtMilliseconds = createdAtMilliseconds
    self.traceID = traceID
    self.partnerID = partnerID
    self.chatID = chatID
    self.sender = sender
    self.direction = direction
    self.isCompact = isCompact
  }

  /// Reads the envelope and validates the whole body on the way.
  ///
  /// At the top a name that routing reads may stand only once (``EnvelopeError/duplicateName(_:)``); other
  /// names may repeat, and the first counts.
  public static func read(_ body: Span<UInt8>) throws(EnvelopeError) -> EventEnvelope {
    let reader = EnvelopeReader(scan: try EnvelopeScan(body))
    return try reader.envelope(in: body)
  }

  /// Reads the envelope and validates the whole body on the way.
  public static func read(_ body: [UInt8]) throws(EnvelopeError) -> EventEnvelope {
    try read(body.span)
  }
}
