/// The event types that Linq's texts name, for completion, samples and hints. Linq adds types at any time:
/// never refuse one because it is not listed here.
public enum EventTypes {
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

  /// Types of Partner API V3, as of August 2026.
  public static let v3 = [
    "message.sent", "message.received", "message.read", "message.delivered", "message.failed",
    "message.edited",
    "reaction.added", "reaction.removed",
    "poll.received", "poll.failed", "poll.sent", "poll.delivered", "poll.read", "poll.updated",
    "poll.vote.added", "poll.vote.removed", "poll.reaction.added",
    "participant.added", "participant.removed",
    "chat.created", "chat.group_name_updated", "chat.group_icon_updated",
    "chat.group_name_update_failed", "chat.group_icon_update_failed",
    "chat.background_updated", "chat.background_update_failed",
    "chat.typing_indicator.started", "chat.typing_indicator.stopped",
    "phone_number.status_updated",
    "call.initiated", "call.ringing", "call.answered", "call.ended", "call.failed", "call.declined",
    "call.no_answer",
    "location.sharing.started", "location.sharing.stopped",
    "payment.succeeded", "payment.canceled", "payment.expired", "payment.declined", "payment.authorized",
    "connection.created", "connection.revoked",
  ]

  /// Every type that is listed, once.
  public static let all = v2 + v3.filter { !v2.contains($0) }
}
