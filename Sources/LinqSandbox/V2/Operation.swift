/// The calls that the sandbox answers, by method and path.
enum Operation: Equatable {
  case listNumbers
  case listChats
  case startChat
  case findChat
  case showChat(Int)
  case listMessages(chat: Int)
  case sendMessage(chat: Int)
  case showMessage(chat: Int, Int)
  case startTyping(chat: Int)
  case stopTyping(chat: Int)
  case markRead(chat: Int)
  case checkIMessage
  case react(message: Int)
  case showReaction(Int)
  case listSubscriptions
  case createSubscription
  case updateSubscription(Int)
  case deleteSubscription(Int)

  static let prefix = "/api/partner/v2/"

  /// - Parameter path: below `prefix`.
  init(method: String, path: Substring) throws(CallRejection) {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let resource = Resource(segments) else { throw .notFound("call in the sandbox") }
    guard let operation = resource.operations[method] else {
      throw .wrongMethod(resource.operations.keys.sorted().joined(separator: ", "))
    }
    self = operation
  }

  /// Whether the call sends a message.
  var isSend: Bool {
    switch self {
    case .startChat, .sendMessage: true
    default: false
    }
  }

  /// Whether refusals have the form that webhook subscriptions use.
  var usesStandardErrors: Bool {
    switch self {
    case .listSubscriptions, .createSubscription, .updateSubscription, .deleteSubscription: true
    default: false
    }
  }
}

/// The resource of a path, with the operation of each method.
private struct Resource {
  let operations: [String: Operation]

  init?(_ segments: [Substring]) {
    let numbers = segments.map { Int($0) }
    switch (segments.first, segments.count) {
    case ("phone_numbers", 1): operations = ["GET": .listNumbers]
    case ("chats", 1): operations = ["GET": .listChats, "POST": .startChat]
    case ("chats", 2) where segments[1] == "find": operations = ["GET": .findChat]
    case ("chats", 2):
      guard let chat = numbers[1] else { return nil }
      operations = ["GET": .showChat(chat)]
    case ("chats", 3...4) where segments[2] == "chat_messages":
      guard let chat = numbers[1] else { return nil }
      if segments.count == 3 {
        operations = ["GET": .listMessages(chat: chat), "POST": .sendMessage(chat: chat)]
      } else {
        guard let message = numbers[3] else { return nil }
        operations = ["GET": .showMessage(chat: chat, message)]
      }
    case ("chats", 3):
      guard let chat = numbers[1], let found = Self.onChat(chat, segments[2]) else { return nil }
      operations = found
    case ("i_message_availability", 2) where segments[1] == "check": operations = ["POST": .checkIMessage]
    case ("chat_messages", 3) where segments[2] == "reactions":
      guard let message = numbers[1] else { return nil }
      operations = ["POST": .react(message: message)]
    case ("chat_message_reactions", 2):
      guard let reaction = numbers[1] else { return nil }
      operations = ["GET": .showReaction(reaction)]
    case ("webhook_subscriptions", 1):
      operations = ["GET": .listSubscriptions, "POST": .createSubscription]
    case ("webhook_subscriptions", 2):
      guard let id = numbers[1] else { return nil }
      operations = ["PUT": .updateSubscription(id), "DELETE": .deleteSubscription(id)]
    default: return nil
    }
  }

  private static func onChat(_ chat: Int, _ name: Substring) -> [String: Operation]? {
    switch name {
    case "start_typing": ["POST": .startTyping(chat: chat)]
    case "stop_typing": ["DELETE": .stopTyping(chat: chat)]
    case "mark_as_read": ["PUT": .markRead(chat: chat)]
    default: nil
    }
  }
}
