// Partner API V3. The two webhook versions differ in messages only; every other family has one shape.

extension MessageView {
  private static let messagesWithContent: Set<String> = [
    "message.sent", "message.received", "message.delivered", "message.read",
  ]

  mutating func readV3(_ data: JSONValue, type: String, isOf2026: Bool) {
    let family = type.prefix { $0 != "." }
    if Self.messagesWithContent.contains(type) {
      isOf2026 ? readMessageOf2026(data, type: type) : readMessageOf2025(data)
    } else if data[member: "reaction_type"] != nil {
      readReactionV3(data, type: type)
    } else {
      switch family {
      case "message": readMessageOf2026(data, type: type)
      case "chat", "participant": readChatEvent(data, type: type)
      case "location": readLocation(data)
      case "contact_card": readContactCard(data)
      case "phone_number": line = data[member: "phone_number"]?.string
      default: readOther(data)
      }
    }
  }

  // MARK: Messages

  /// Also what is known of a message without content: failed, edited, and types that came later.
  private mutating func readMessageOf2026(_ data: JSONValue, type: String) {
    readChat(data)
    messageID = data[member: type == "message.failed" ? "message_id" : "id"]?.identifier ?? messageID
    sentAt = data[member: "sent_at"]?.utcTime
    replyTo = data[member: "reply_to"].flatMap(MessageReference.init)
    if let parts = data[member: "parts"]?.elements {
      take(parts.map(MessagePart.read))
    } else if Self.messagesWithContent.contains(type) {
      take([])
    } else if let text = data[member: "part"]?[member: "text"]?.string {
      take([(.text(text), text)])
    }
    if type != "message.failed" { isReconciled = data[member: "reconciled_at"]?.isPresent ?? false }
  }

  private mutating func readMessageOf2025(_ data: JSONValue) {
    let message = data[member: "message"] ?? .null
    messageID = message[member: "id"]?.identifier ?? data[member: "message_id"]?.identifier
    chatID = data[member: "chat_id"]?.identifier
    isGroup = data[member: "is_group"]?.flag
    isOwn = data[member: "is_from_me"]?.flag
    from = data[member: "from_handle"]?.handle ?? data[member: "from"]?.handle
    // Null in what we sent, where the sender is our own line.
    line =
      isOwn == true
      ? from : data[member: "recipient_handle"]?.handle ?? data[member: "recipient_phone"]?.handle
    service = data[member: "service"]?.string
    replyTo = message[member: "reply_to"].flatMap(MessageReference.init)
    sentAt = message[member: "sent_at"]?.utcTime ?? data[member: "received_at"]?.utcTime
    take((message[member: "parts"]?.elements ?? []).map(MessagePart.read))
  }

  /// Chat, line, sender and service, as messages of 2026, edits and polls have them.
  private mutating func readChat(_ data: JSONValue) {
    let chat = data[member: "chat"] ?? .null
    let sender = data[member: "sender_handle"] ?? .null
    messageID = data[member: "message_id"]?.identifier
    chatID = chat[member: "id"]?.identifier ?? data[member: "chat_id"]?.identifier
    isGroup = chat[member: "is_group"]?.flag
    from = sender.handle
    isOwn = data[member: "direction"]?.string.map { $0 == "outbound" } ?? sender[member: "is_me"]?.flag
    line = chat[member: "owner_handle"]?.handle ?? (isOwn == true ? from : nil)
    service = data[member: "service"]?.string
    isOptedOut = Self.isOptedOut(chat)
  }

  private static func isOptedOut(_ chat: JSONValue) -> Bool? {
    chat[member: "health_status"]?[member: "status"]?.string.map { $0 == "OPTED_OUT" }
  }

  // MARK: Everything else

  private mutating func readReactionV3(_ data: JSONValue, type: String) {
    messageID = data[member: "message_id"]?.identifier
    chatID = data[member: "chat_id"]?.identifier
    from = data[member: "from_handle"]?.handle ?? data[member: "from"]?.handle
    isOwn = data[member: "is_from_me"]?.flag
    line = isOwn == true ? from : nil
    service = data[member: "service"]?.string
    reaction = MessageReaction(
      kind: data[member: "reaction_type"]?.string,
      emoji: data[member: "custom_emoji"]?.string,
      operation: type.hasSuffix(".removed") ? .remove : .add,
      target: MessageReference(data)
    )
  }

  private mutating func readChatEvent(_ data: JSONValue, type: String) {
    readChat(data)
    guard type == "chat.created" else { return }
    chatID = data[member: "id"]?.identifier
    isGroup = data[member: "is_group"]?.flag
    line = data[member: "handles"]?.elements?.first { $0[member: "is_me"]?.flag == true }?.handle
    isOptedOut = Self.isOptedOut(data)
  }

  /// Polls, calls, whose data no text of Linq's describes, and families that came later.
  private mutating func readOther(_ data: JSONValue) {
    readChat(data)
    from = from ?? data[member: "from"]?.handle
  }

  private mutating func readLocation(_ data: JSONValue) {
    chatID = data[member: "chat_id"]?.identifier
    from = data[member: "shared_by"]?.handle
    line = data[member: "shared_with"]?.handle
  }

  /// A card that came from a person; the account's own cards have an event of the same family and no handles.
  private mutating func readContactCard(_ data: JSONValue) {
    from = data[member: "sender_handle"]?.handle
    line = data[member: "owner_handle"]?.handle
  }
}

extension MessagePart {
  /// A part of V3, and what it adds to the message's text.
  fileprivate static func read(_ value: JSONValue) -> (part: MessagePart, text: String?) {
    let type = value[member: "type"]?.string
    let text = value[member: "value"]?.string
    switch type {
    case "text": return (.text(text ?? ""), text)
    case "link": return (.link(text ?? ""), text)
    case "media": return (.media(Media(value, byteCountName: "size_bytes")), nil)
    case "imessage_app": return (.other(type: type), fallback(value))
    default: return (.other(type: type), nil)
    }
  }

  private static func fallback(_ card: JSONValue) -> String? {
    card[member: "fallback_text"]?.string ?? card[member: "layout"]?[member: "caption"]?.string
  }
}

extension MessageReference {
  /// Nil where no message is named.
  fileprivate init?(_ value: JSONValue) {
    guard let id = value[member: "message_id"]?.identifier else { return nil }
    self.init(messageID: id, partIndex: value[member: "part_index"]?.integer)
  }
}

extension JSONValue {
  /// A person or a line: some families write the handle as a string, others as an object.
  fileprivate var handle: String? {
    (string ?? self[member: "handle"]?.string).flatMap { $0.isEmpty ? nil : $0 }
  }
}
