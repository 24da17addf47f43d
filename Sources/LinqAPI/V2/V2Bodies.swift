import FoundationEssentials
import LinqEvents
import LinqhookHTTPClient

// What V2 writes and reads. Most answers are under `data`.

struct V2Enveloped<Value: Decodable & Sendable>: Decodable, Sendable {
  let data: Value
}

extension OutgoingMessage {
  /// The message as a JSON object; files do not fit in it. Linq wants the text even when it is empty.
  var v2JSON: JSONValue {
    var members = [JSONValue.Member("text", JSONValue(text))]
    if !attachmentURLs.isEmpty {
      members.append(.init("attachment_urls", .array(attachmentURLs.map { JSONValue($0) })))
    }
    if let idempotencyKey { members.append(.init("idempotency_key", JSONValue(idempotencyKey.description))) }
    return .object(members)
  }

  /// The message as parts of a form, named as Linq names them.
  var v2FormParts: [MultipartPart] {
    var parts = [MultipartPart(name: "message[text]", text: text)]
    parts += attachmentURLs.map { MultipartPart(name: "message[attachment_urls][]", text: $0) }
    parts += attachmentFiles.map { MultipartPart(name: "message[attachments][]", content: .file(path: $0)) }
    if let idempotencyKey {
      parts.append(MultipartPart(name: "message[idempotency_key]", text: idempotencyKey.description))
    }
    return parts
  }
}

extension MultipartPart {
  init(name: String, text: String) {
    self.init(name: name, content: .bytes(Array(text.utf8)))
  }
}

struct V2Message: Decodable, Sendable {
  let id: ResourceID
  let text: String?
  let sentAt: String?
  let deliveredAt: String?
  let deliveryStatus: String?
  let isRead: Bool?
  let sentFrom: String?
  let attachments: [V2Attachment]?

  var message: ChatMessage {
    ChatMessage(
      id: id,
      text: text,
      sentAt: sentAt,
      deliveredAt: deliveredAt,
      deliveryStatus: deliveryStatus,
      isRead: isRead,
      sentFrom: sentFrom,
      attachments: attachments?.map(\.attachment)
    )
  }
}

struct V2Attachment: Decodable, Sendable {
  let id: ResourceID?
  let url: String?
  let filename: String?
  let mimeType: String?
  let fileSize: Int?

  var attachment: Attachment {
    Attachment(id: id, url: url, filename: filename, mimeType: mimeType, fileSize: fileSize)
  }
}

struct V2Chat: Decodable, Sendable {
  struct Handle: Decodable, Sendable {
    let id: ResourceID?
    let phoneNumber: String?
    let service: String?
  }

  let id: ResourceID
  let displayName: String?
  let service: String?
  let group: Bool?
  let messageCount: Int?
  let chatHandles: [Handle]?

  var chat: Chat {
    Chat(
      id: id,
      displayName: displayName,
      service: service,
      isGroup: group,
      messageCount: messageCount,
      handles: chatHandles?.map { ChatHandle(id: $0.id, phoneNumber: $0.phoneNumber, service: $0.service) }
    )
  }
}

/// Chat and message in one object.
struct V2StartedChat: Decodable, Sendable {
  let started: StartedChat

  private enum CodingKeys: String, CodingKey { case chatMessages }

  init(from decoder: any Decoder) throws {
    let chat = try V2Chat(from: decoder).chat
    let container = try decoder.container(keyedBy: CodingKeys.self)
    // The field has the name of a list and, by the description, the form of one message.
    let message =
      (try? container.decodeIfPresent(V2Message.self, forKey: .chatMessages))
      ?? (try? container.decodeIfPresent([V2Message].self, forKey: .chatMessages))?.last
    started = StartedChat(chat: chat, message: message?.message)
  }
}

struct V2Subscription: Decodable, Sendable {
  let id: ResourceID
  let webhookUrl: String
  let version: Int?
  let events: [String]
  let active: Bool
  let secretConfigured: Bool?
  let lastDeliveredAt: String?
  let deliveryAttempts: Int?

  var subscription: WebhookSubscription {
    var subscription = WebhookSubscription(
      id: id,
      webhookURL: webhookUrl,
      events: events,
      isActive: active,
      isSecretConfigured: secretConfigured,
      version: version
    )
    subscription.lastDeliveredAt = lastDeliveredAt
    subscription.deliveryAttempts = deliveryAttempts
    return subscription
  }
}
