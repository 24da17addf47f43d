// The sandbox's records. Ids are whole numbers, as in Partner API V2.

import LinqEvents

/// One of the account's lines.
struct LineRecord {
  let id: Int
  let number: String
}

/// One participant of a chat.
struct HandleRecord: Equatable {
  let id: Int
  let number: String
  /// Whether this is one of the account's lines.
  let isMe: Bool
  let joinedAt: Timestamp
}

/// A chat between one line and one or more people.
struct ChatRecord {
  let id: Int
  var displayName: String?
  let line: HandleRecord
  let people: [HandleRecord]
  let createdAt: Timestamp
  var updatedAt: Timestamp
  /// Whether the last word of the person was one that opts out.
  var isOptedOut = false
  var messageIDs: [Int] = []

  var isGroup: Bool { people.count > 1 }
  var handles: [HandleRecord] { people + [line] }
}

/// A file of a message.
struct AttachmentRecord: Equatable {
  let id: String
  var url: String
  let fileName: String
  let contentType: String
  let byteCount: Int
  let createdAt: Timestamp
  /// Whether the sandbox has the file; otherwise it lies elsewhere on the web.
  let isHosted: Bool
  /// Whether its bytes are there.
  var isComplete: Bool
}

/// One part of a message.
enum PartRecord {
  case text(String, decorations: JSONValue)
  case link(String)
  case media(AttachmentRecord)
  /// A card of an app, as it was sent.
  case card(JSONValue)
}

/// The message that another one answers.
struct ReplyRecord: Equatable {
  let messageID: Int
  let partIndex: Int?
}

/// A message of a chat.
struct MessageRecord {
  let id: Int
  let chatID: Int
  var parts: [PartRecord]
  let sender: HandleRecord
  /// When the call came, or the person sent it.
  let sentAt: Timestamp
  /// When the line sent it out; nil before, and for messages of others.
  var wentOutAt: Timestamp?
  var deliveredAt: Timestamp?
  var readAt: Timestamp?
  var failedAt: Timestamp?
  var updatedAt: Timestamp
  /// When Linq recovered it, if it arrived late.
  var reconciledAt: Timestamp?
  var replyTo: ReplyRecord?
  var effect: JSONValue = .null
  var preferredService: String?
  var idempotencyKey: String?
  var reactionIDs: [Int] = []

  /// The texts and links, a line each.
  var text: String {
    parts.compactMap { part in
      switch part {
      case .text(let text, _), .link(let text): text
      case .media, .card: nil
      }
    }.joined(separator: "\n")
  }

  var attachments: [AttachmentRecord] {
    parts.compactMap { if case .media(let attachment) = $0 { attachment } else { nil } }
  }
}

/// A reaction to a message.
struct ReactionRecord {
  let id: Int
  let messageID: Int
  let chatID: Int
  let type: String
  var customEmoji: String?
  var partIndex = 0
  let sender: HandleRecord
  let sentAt: Timestamp
}

/// A webhook subscription.
struct SubscriptionRecord {
  let id: Int
  /// The API that made it and lists it.
  let api: APIGeneration
  /// The form of its events.
  var form: SampleEvent.Version
  var url: String
  var version: Int
  var events: [String]
  var isActive: Bool
  var secret: String?
  let createdAt: Timestamp
  var updatedAt: Timestamp
  var lastDeliveredAt: Timestamp?
  var attemptCount = 0
  /// Only events of these lines; empty for all.
  var phoneNumbers: [String] = []
  /// The header by which the receiver's answer tells where the chat belongs.
  var routingKeyHeader: String?
  var routingIDHeader: String?

  /// The id in the form of its API.
  var idText: String { api == .v2 ? String(id) : Identifier.uuid(of: id) }
}

/// The two APIs. Each lists its own subscriptions; chats and messages are the same in both.
enum APIGeneration {
  case v2
  case v3
}
