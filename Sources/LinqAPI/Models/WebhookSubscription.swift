import LinqEvents

/// A URL that Linq sends events to. Linq never returns the secret.
public struct WebhookSubscription: Sendable, Codable {
  /// Its id.
  public let id: ResourceID
  /// Where events are posted.
  public let webhookURL: String
  /// The version of the events, 2 for V2.
  public let version: Int?
  /// The event types.
  public let events: [String]
  /// Whether Linq sends events.
  public let isActive: Bool
  /// Whether Linq has a secret to sign with; nil when Linq does not tell.
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
  /// The event types that a V2 subscription can have, by Linq's OpenAPI description. Only newer pages list
  /// `chat.created`, so a subscription has it only if the caller names it.
  public static let subscribableEvents = EventTypes.v2.filter { $0 != "chat.created" }
}

/// The wanted state of a subscription.
public struct WebhookSubscriptionDraft: Sendable {
  /// Where events are posted: an `https` URL, or `http` for a stand-in.
  public var webhookURL: String
  /// The event types.
  public var events: [String]
  /// Whether Linq sends events.
  public var isActive: Bool
  /// The version of the events; 2 for this API.
  public var version: Int
  /// The secret to sign with; nil keeps the present one.
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
