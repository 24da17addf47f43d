import LinqEvents

/// Where Linq sends events.
public struct WebhookSubscription: Sendable, Equatable {
  /// Its id.
  public let id: ResourceID
  /// Where events are posted.
  public let webhookURL: String
  /// The event types.
  public let events: [String]
  /// Whether Linq sends at all.
  public let isActive: Bool
  /// The lines whose events are sent; nil for all of them. V3 only.
  public var phoneNumbers: [String]?
  /// Whether Linq has a secret to sign with; nil when Linq does not say. V3 always has one.
  public var isSecretConfigured: Bool?
  /// The secret, which V3 tells once, in its answer to the creation.
  public var signingSecret: String?
  /// The version of the events, 2 for V2; V3 has it in the URL.
  public var version: Int?
  /// The last successful delivery, as Linq writes it; V2 only.
  public var lastDeliveredAt: String?
  /// How often Linq tried; V2 only.
  public var deliveryAttempts: Int?
  /// The header by which Linq asks for an event to come to where earlier ones of its chat went; V3 only.
  public var routingKeyHeader: String?
  /// The header that has the chat while no routing key is known; V3 only.
  public var routingIDHeader: String?

  /// A subscription of these parts.
  public init(
    id: ResourceID,
    webhookURL: String,
    events: [String],
    isActive: Bool = true,
    isSecretConfigured: Bool? = true,
    version: Int? = nil
  ) {
    self.id = id
    self.webhookURL = webhookURL
    self.events = events
    self.isActive = isActive
    self.isSecretConfigured = isSecretConfigured
    self.version = version
  }

  /// The event types that a subscription of this version can have. V2's `chat.created` is in newer texts only, so it
  /// is not asked for unless somebody names it.
  public static func subscribableEvents(_ version: APIVersion) -> [String] {
    switch version {
    case .v2: EventTypes.v2.filter { $0 != "chat.created" }
    case .v3: EventTypes.v3
    }
  }
}

/// What a new subscription is to be.
public struct WebhookSubscriptionDraft: Sendable {
  /// Where events are posted: an `https` URL, or `http` for a stand-in.
  public var webhookURL: String
  /// The event types.
  public var events: [String]
  /// Whether Linq sends at all; V3 makes active ones only.
  public var isActive: Bool
  /// The secret to sign with; V3 makes its own and refuses one.
  public var secret: String?
  /// The lines whose events are sent; empty for all of them. V3 only.
  public var phoneNumbers: [PhoneNumber]
  /// See ``WebhookSubscription/routingKeyHeader``.
  public var routingKeyHeader: String?
  /// See ``WebhookSubscription/routingIDHeader``.
  public var routingIDHeader: String?

  /// A draft of these parts.
  public init(
    webhookURL: String,
    events: [String],
    isActive: Bool = true,
    secret: String? = nil,
    phoneNumbers: [PhoneNumber] = [],
    routingKeyHeader: String? = nil,
    routingIDHeader: String? = nil
  ) {
    self.webhookURL = webhookURL
    self.events = events
    self.isActive = isActive
    self.secret = secret
    self.phoneNumbers = phoneNumbers
    self.routingKeyHeader = routingKeyHeader
    self.routingIDHeader = routingIDHeader
  }
}

/// What is to change in a subscription; nil leaves it as it is.
public struct WebhookSubscriptionChange: Sendable {
  /// Where events are posted.
  public var webhookURL: String?
  /// The event types.
  public var events: [String]?
  /// Whether Linq sends at all.
  public var isActive: Bool?
  /// The secret to sign with; V2 only.
  public var secret: String?
  /// The lines whose events are sent; empty for all of them. V3 only.
  public var phoneNumbers: [PhoneNumber]?

  /// A change of nothing.
  public init() {}
}
