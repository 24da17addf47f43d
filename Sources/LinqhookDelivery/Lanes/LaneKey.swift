import LinqEvents
import LinqhookInbox

/// Names a lane: deliveries with the same key are made one at a time, in order.
enum LaneKey: Hashable {
  /// A chat.
  case chat(String)
  /// One event: it waits for nothing and holds nothing.
  case event(Int64)

  /// The lane of an event.
  init(of event: StoredEvent, order: HandlerRegistration.Order) {
    if order == .chat, let chat = event.envelope.chatID {
      self = .chat(chat)
    } else {
      self = .event(event.sequence)
    }
  }

  /// The lane that a row names.
  init(rowName: String) {
    if rowName.hasPrefix("##") {
      self = .chat(String(rowName.dropFirst()))
    } else if rowName.hasPrefix("#"), let sequence = Int64(rowName.dropFirst()) {
      self = .event(sequence)
    } else {
      self = .chat(rowName)
    }
  }

  /// The name in rows: the chat's id, or `#` and the sequence. A chat whose id begins with `#` (nothing in
  /// Linq's, but ids come from outside) gets a second one, so that no id can pass for a sequence.
  var rowName: String {
    switch self {
    case .chat(let chat): chat.hasPrefix("#") ? "#" + chat : chat
    case .event(let sequence): "#\(sequence)"
    }
  }
}
