import LinqEvents

// What V3 writes and reads.

extension OutgoingMessage {
  /// The message in parts; `attachments` are the ids of files that were uploaded.
  func v3JSON(attachments: [ResourceID]) -> JSONValue {
    var parts: [JSONValue] = []
    if !text.isEmpty { parts.append(["type": "text", "value": JSONValue(text)]) }
    parts += attachmentURLs.map { ["type": "media", "url": JSONValue($0)] }
    parts += attachments.map { ["type": "media", "attachment_id": JSONValue($0.description)] }
    var members = [JSONValue.Member("parts", .array(parts))]
    if let replyTo {
      var target = [JSONValue.Member("message_id", JSONValue(replyTo.messageID.description))]
      if let index = replyTo.partIndex { target.append(.init("part_index", JSONValue(index))) }
      members.append(.init("reply_to", .object(target)))
    }
    if let idempotencyKey { members.append(.init("idempotency_key", JSONValue(idempotencyKey.description))) }
    return .object(members)
  }
}

struct V3Part: Decodable, Sendable {
  let type: String
  let value: String?
  let id: ResourceID?
  let url: String?
  let filename: String?
  let mimeType: String?
  let sizeBytes: Int?
}

struct V3Handle: Decodable, Sendable {
  let id: ResourceID?
  let handle: String?
  let service: String?
}

/// A message as the API tells it, sent just now or stored.
struct V3Message: Decodable, Sendable {
  let id: ResourceID
  let chatId: ResourceID?
  let parts: [V3Part]?
  let sentAt: String?
  let deliveredAt: String?
  let deliveryStatus: String?
  let isRead: Bool?
  let isFromMe: Bool?
  let fromHandle: V3Handle?

  var message: ChatMessage {
    let texts = (parts ?? []).filter { $0.type == "text" || $0.type == "link" }.compactMap(\.value)
    let media = (parts ?? []).filter { $0.type == "media" }
    var message = ChatMessage(
      id: id,
      text: texts.joined(separator: "\n"),
      sentAt: sentAt,
      deliveredAt: deliveredAt,
      deliveryStatus: deliveryStatus,
      isRead: isRead,
      sentFrom: fromHandle?.handle,
      attachments: media.map {
        Attachment(
          id: $0.id,
          url: $0.url,
          filename: $0.filename,
          mimeType: $0.mimeType,
          fileSize: $0.sizeBytes
        )
      }
    )
    message.isFromMe = isFromMe
    message.chatID = chatId
    return message
  }
}

struct V3Chat: Decodable, Sendable {
  let id: ResourceID
  let displayName: String?
  let service: String?
  let isGroup: Bool?
  let handles: [V3Handle]?
  let message: V3Message?

  var chat: Chat {
    Chat(
      id: id,
      displayName: displayName,
      service: service,
      isGroup: isGroup,
      messageCount: nil,
      handles: handles?.map { ChatHandle(id: $0.id, phoneNumber: $0.handle, service: $0.service) }
    )
  }
}

struct V3Subscription: Decodable, Sendable {
  let id: ResourceID
  let targetUrl: String
  let subscribedEvents: [String]
  let isActive: Bool
  let phoneNumbers: [String]?
  let routingKeyHeader: String?
  let routingIdHeader: String?
  let signingSecret: String?

  var subscription: WebhookSubscription {
    var subscription = WebhookSubscription(
      id: id,
      webhookURL: targetUrl,
      events: subscribedEvents,
      isActive: isActive,
      isSecretConfigured: true
    )
    subscription.phoneNumbers = phoneNumbers.flatMap { $0.isEmpty ? nil : $0 }
    subscription.signingSecret = signingSecret
    subscription.routingKeyHeader = routingKeyHeader
    subscription.routingIDHeader = routingIdHeader
    return subscription
  }
}
