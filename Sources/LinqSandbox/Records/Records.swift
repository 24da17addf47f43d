// The sandbox's records. Ids are whole numbers, as in Partner API V2.

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
  let displayName: String?
  let line: HandleRecord
  let people: [HandleRecord]
  var messageIDs: [Int] = []

  var isGroup: Bool { people.count > 1 }
  var handles: [HandleRecord] { people + [line] }
}

/// A file of a message.
struct AttachmentRecord: Equatable {
  let id: String
  let url: String
  let fileName: String
  let contentType: String
  let byteCount: Int
}

/// A message of a chat.
struct MessageRecord {
  let id: Int
  let chatID: Int
  let text: String
  let sender: HandleRecord
  let sentAt: Timestamp
  var deliveredAt: Timestamp?
  var readAt: Timestamp?
  let attachments: [AttachmentRecord]
  var reactionIDs: [Int] = []
}

/// A reaction to a message.
struct ReactionRecord {
  let id: Int
  let messageID: Int
  let chatID: Int
  let type: String
  let sender: HandleRecord
  let sentAt: Timestamp
}

/// A webhook subscription.
struct SubscriptionRecord {
  let id: Int
  var url: String
  var version: Int
  var events: [String]
  var isActive: Bool
  var secret: String?
  let createdAt: Timestamp
  var updatedAt: Timestamp
  var lastDeliveredAt: Timestamp?
  var attemptCount = 0
}
