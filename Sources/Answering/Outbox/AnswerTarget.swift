import LinqAPI
import LinqEvents

/// Where the answer to an event goes. It is kept with the answer, so that the rest of it needs the event no more.
struct AnswerTarget: Sendable, Equatable {
  /// The chat.
  var chatID: ResourceID
  /// The message that the event is about.
  var messageID: ResourceID?
  /// The account's number in the chat.
  var line: String?
  /// The person on the other side; nil in a group, and where the event does not say.
  var person: String?

  /// The target of an event; nil where it has no chat.
  init?(_ view: MessageView) {
    guard let chatID = view.chatID.flatMap(ResourceID.init) else { return nil }
    self.chatID = chatID
    messageID = view.messageID.flatMap(ResourceID.init)
    line = view.line
    person = view.isGroup == true || view.isOwn == true ? nil : view.from
  }

  init?(json: JSONValue) {
    guard let chatID = json[member: "chat"]?.string.flatMap(ResourceID.init) else { return nil }
    self.chatID = chatID
    messageID = json[member: "message"]?.string.flatMap(ResourceID.init)
    line = json[member: "line"]?.string
    person = json[member: "person"]?.string
  }

  var json: JSONValue {
    JSONValue(presentMembers: [
      "chat": JSONValue(chatID.description), "message": messageID.map { JSONValue($0.description) },
      "line": line.map { JSONValue($0) }, "person": person.map { JSONValue($0) },
    ])
  }
}
