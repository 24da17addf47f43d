import LinqEvents

/// Where Linq sends events. The secret is never told back.
public struct WebhookSubscription: Sendable, Codable {
  /// Its id.
  public let id: ResourceID
  /// Where events are posted.
  public let webhookURL: String
  /// The version of the events, 2 for V2.
  public let version: Int?
  /// The event types.
  public let events: [String]
  /// Whether Linq sends at all.
  public let isActive: Bool
  /// Whether Linq has a secret to sign with; nil when Linq does not say.
  public let isSecretConfigured: Bool?
  /// The last successful delivery, as Linq writes it.
  public let lastDeliveredAt: String?
  /// How often Linq tried.
  public let deliveryAttempts: Int?

  private enum CodingKeys: String, CodingKey {
    case id, version, events, lastDeliveredAt, deliveryAttempts
    case webhookURL = "webhookUrl"
    case isActive = "active"
    case isSecretConfigured = "secretConfigured"
  }

  /// A subscription of these parts.
  public init(
    id: ResourceID,
    webhookURL: String,
    events: [String],
    isActive: Bool = true,
    isSecretConfigured: Bool? = true,
    version: Int? = 2
  ) {
    self.id = id
    self.webhookURL = webhookURL
    self.version = version
    self.events = events
    self.isActive = isActive
    self.isSecretConfigured = isSecretConfigured
    lastDeliveredAt = nil
    deliveryAttempts = nil
  }
}

extension WebhookSubscription {
  /// The event types that a V2 subscription can have, by Linq's OpenAPI description. `chat.created` stands in
  /// newer texts only, so it is not asked for unless somebody names it.
  public static let subscribableEvents = EventTypes.v2.filter { $0 != "chat.created" }
}

/// What a subscription is to be.
public struct WebhookSubscriptionDraft: Sendable {
  /// Where events are posted: an `https` URL, or `http` for a stand-in.
  public var webhookURL: String
  /// The event types.
  public var events: [String]
  /// Whether Linq sends at all.
  public var isActive: Bool
  /// The version of the events; 2 is what this API means.
  public var version: Int
  /// The secret to sign with; nil leaves what Linq has.
  public var secret: String?

  /// A draft of these parts.
  public init(
    webhookURL: String,
    events: [String],
    isActive: Bool = true,
    version: Int = 2,
    secret: String? = nil
  ) {
    self.webhookURL = webhookURL
    self.events = events
    self.isActive = isActive
    self.version = version
    self.secret = secret
  }
}
