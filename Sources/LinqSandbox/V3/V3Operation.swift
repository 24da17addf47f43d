/// The calls of Partner API V3 that the sandbox answers, by method and path.
enum V3Operation: Equatable {
  case listNumbers
  case listChats
  case createChat
  case showChat(Int)
  case updateChat(Int)
  case listMessages(chat: Int)
  case sendToChat(Int)
  case startTyping(Int)
  case stopTyping(Int)
  case markRead(Int)
  case send
  case showMessage(Int)
  case editMessage(Int)
  case deleteMessage(Int)
  case react(Int)
  case showThread(Int)
  case requestUpload
  case showAttachment(String)
  case deleteAttachment(String)
  case listEventTypes
  case listSubscriptions
  case createSubscription
  case showSubscription(Int)
  case updateSubscription(Int)
  case deleteSubscription(Int)
  case checkCapability(V3Capability)

  static let prefix = "/api/partner/v3/"

  /// - Parameter path: below `prefix`.
  init(method: String, path: Substring) throws(V3Rejection) {
    let operations = try Self.operations(path.split(separator: "/", omittingEmptySubsequences: false))
    guard let operation = operations[method] else {
      throw .wrongMethod(operations.keys.sorted().joined(separator: ", "))
    }
    self = operation
  }

  /// Whether the call sends a message.
  var isSend: Bool {
    switch self {
    case .createChat, .sendToChat, .send: true
    default: false
    }
  }

  private static func operations(_ path: [Substring]) throws(V3Rejection) -> [String: V3Operation] {
    switch (path.first, path.count) {
    case ("phone_numbers", 1), ("phonenumbers", 1): ["GET": .listNumbers]
    case ("chats", 1): ["GET": .listChats, "POST": .createChat]
    case ("chats", 2...3): try chatOperations(path)
    case ("messages", 1): ["POST": .send]
    case ("messages", 2...3): try messageOperations(path)
    case ("attachments", 1): ["POST": .requestUpload]
    case ("attachments", 2):
      ["GET": .showAttachment(String(path[1])), "DELETE": .deleteAttachment(String(path[1]))]
    case ("webhook-events", 1): ["GET": .listEventTypes]
    case ("webhook-subscriptions", 1): ["GET": .listSubscriptions, "POST": .createSubscription]
    case ("webhook-subscriptions", 2): subscriptionOperations(try id(path[1], else: .noSubscription))
    case ("capability", 2):
      if let service = V3Capability(rawValue: String(path[1])) {
        ["POST": .checkCapability(service)]
      } else {
        throw .unknownPath
      }
    default: throw .unknownPath
    }
  }

  private static func chatOperations(_ path: [Substring]) throws(V3Rejection) -> [String: V3Operation] {
    let chat = try id(path[1], else: .noChat)
    return switch path.dropFirst(2).first {
    case nil: ["GET": .showChat(chat), "PUT": .updateChat(chat)]
    case "messages": ["GET": .listMessages(chat: chat), "POST": .sendToChat(chat)]
    case "typing": ["POST": .startTyping(chat), "DELETE": .stopTyping(chat)]
    case "read": ["POST": .markRead(chat)]
    default: throw .unknownPath
    }
  }

  private static func messageOperations(_ path: [Substring]) throws(V3Rejection) -> [String: V3Operation] {
    let message = try id(path[1], else: .noMessage)
    return switch path.dropFirst(2).first {
    case nil:
      ["GET": .showMessage(message), "PATCH": .editMessage(message), "DELETE": .deleteMessage(message)]
    case "reactions": ["POST": .react(message)]
    case "thread": ["GET": .showThread(message)]
    default: throw .unknownPath
    }
  }

  private static func subscriptionOperations(_ id: Int) -> [String: V3Operation] {
    ["GET": .showSubscription(id), "PUT": .updateSubscription(id), "DELETE": .deleteSubscription(id)]
  }

  private static func id(_ text: Substring, else rejection: V3Rejection) throws(V3Rejection) -> Int {
    guard let number = Identifier.number(ofUUID: String(text)) else { throw rejection }
    return number
  }
}

/// The services whose reach can be asked for.
enum V3Capability: String {
  case iMessage = "check_imessage"
  case rcs = "check_rcs"
}
