/// The event types that Linq's texts name, for completion, samples and hints. Linq adds types at any time:
/// never refuse one because it is not listed here.
public enum EventTypes {
  /// Types that are about the same thing.
  public struct Group: Sendable, Equatable {
    /// What they are about.
    public let name: String
    /// The types.
    public let types: [String]

    init(_ name: String, _ types: [String]) {
      self.name = name
      self.types = types
    }

    init(_ name: String, _ prefix: String, _ suffixes: String...) {
      self.init(name, suffixes.map { "\(prefix).\($0)" })
    }
  }

  /// Types of Partner API V2.
  public static let v2 = [
    "message.sent", "message.received", "message.read",
    "call.completed",
    "reaction.sent", "reaction.received",
    "typing_indicator.received", "typing_indicator.removed",
    "contact.created", "contact.updated", "contact.deleted",
    "participant.added", "participant.removed",
    "chat.created",
  ]

  /// Types of Partner API V3 as of September 2026, by what they are about.
  public static let v3Groups = [
    Group("message", "message", "sent", "received", "read", "delivered", "failed", "edited"),
    Group("reaction", "reaction", "added", "removed"),
    Group(
      "poll",
      "poll",
      "received",
      "failed",
      "sent",
      "delivered",
      "read",
      "updated",
      "vote.added",
      "vote.removed",
      "reaction.added"
    ),
    Group("participant", "participant", "added", "removed"),
    Group(
      "chat",
      "chat",
      "created",
      "group_name_updated",
      "group_icon_updated",
      "group_name_update_failed",
      "group_icon_update_failed",
      "background_updated",
      "background_update_failed",
      "typing_indicator.started",
      "typing_indicator.stopped"
    ),
    Group("phone_number", "phone_number", "status_updated", "assigned", "released"),
    Group(
      "call",
      "call",
      "initiated",
      "ringing",
      "answered",
      "ended",
      "failed",
      "declined",
      "no_answer"
    ),
    Group("location", "location.sharing", "started", "stopped"),
    Group("payment", "payment", "succeeded", "canceled", "expired", "declined", "authorized"),
    Group("connection", "connection", "created", "revoked"),
    Group("contact_card", "contact_card", "received"),
    Group("account", account),
  ]

  /// What people and programs change in the account itself. These events belong to no chat, and come in any order.
  private static let account = [
    "zero_day_retention.updated", "phone_number.forwarding_updated",
    "environment.line_moved", "environment.created", "environment.renamed", "environment.deleted",
    "contact_card.created", "contact_card.updated", "contact_card.deleted",
    "api_token.created", "api_token.renamed", "api_token.expiry_scheduled", "api_token.expired",
    "api_token.activated", "api_token.deleted",
    "webhook_subscription.created", "webhook_subscription.deleted", "webhook_subscription.target_url_changed",
    "webhook_subscription.enabled", "webhook_subscription.disabled", "webhook_subscription.events.updated",
    "webhook_subscription.phone_numbers.updated", "webhook_subscription.routing_headers_set",
    "webhook_subscription.routing_headers_cleared",
    "team_member.added", "team_member.signed_in", "team_member.signed_out",
  ]

  /// Every type of ``v3Groups``.
  public static let v3 = v3Groups.flatMap(\.types)

  /// Every type that is listed, once.
  public static let all = v2 + v3.filter { !v2.contains($0) }
}
