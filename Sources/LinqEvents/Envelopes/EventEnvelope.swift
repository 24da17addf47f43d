/// What routing needs of an event: the fields around its `data`, and the chat and sender inside it.
public struct EventEnvelope: Sendable, Equatable {
  /// `v2` or `v3`, as the event says it.
  public var apiVersion: String?
  /// V3 only: the payload version, for example `2026-02-03`.
  public var webhookVersion: String?
  /// The id to deduplicate by; nil where the event carries none that can be used.
  public var eventID: String?
  /// For example `message.received`. Types that linqhook does not know are normal.
  public var eventType: String
  /// When Linq made the event, as it wrote it.
  public var createdAt: String?
  /// The same instant in milliseconds since 1970, where it could be read.
  public var createdAtMilliseconds: Int64?
  /// V3 only.
  public var traceID: String?
  /// V3 only.
  public var partnerID: String?
  /// The chat that the event belongs to: the key for order. Contact and call events have none.
  public var chatID: String?
  /// Who wrote, called or reacted, where the event says so.
  public var sender: String?

  /// An envelope of the given fields.
  public init(
    apiVersion: String? = nil,
    webhookVersion: String? = nil,
    eventID: String? = nil,
    eventType: String,
    createdAt: String? = nil,
    createdAtMilliseconds: Int64? = nil,
    traceID: String? = nil,
    partnerID: String? = nil,
    chatID: String? = nil,
    sender: String? = nil
  ) {
    self.apiVersion = apiVersion
    self.webhookVersion = webhookVersion
    self.eventID = eventID
    self.eventType = eventType
    self.createdAt = createdAt
    self.createdAtMilliseconds = createdAtMilliseconds
    self.traceID = traceID
    self.partnerID = partnerID
    self.chatID = chatID
    self.sender = sender
  }
}
