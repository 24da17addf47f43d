import LinqEvents

// The shapes of V3's answers.

extension LineRecord {
  var v3JSON: JSONValue {
    [
      "id": .text(Identifier.uuid(of: id)), "phone_number": .text(number), "forwarding_number": .null,
      "reputation": [
        "status": "HEALTHY",
        "doc_url": "https://docs.linqapp.com/guides/phone-numbers/phone-reputation#healthy",
      ],
    ]
  }
}

extension ChatRecord {
  var v3JSON: JSONValue {
    [
      "id": .text(Identifier.uuid(of: id)), "created_at": createdAt.text, "updated_at": updatedAt.text,
      "display_name": displayName.map { .text($0) } ?? .null, "handles": .array(handles.map(\.v3JSON)),
      "health_status": v3Health, "is_archived": false, "is_group": .flag(isGroup), "group_chat_icon": .null,
      "service": "iMessage",
    ]
  }

  func v3JSON(started message: JSONValue) -> JSONValue {
    [
      "id": .text(Identifier.uuid(of: id)), "display_name": .text(name),
      "handles": .array(handles.map(\.v3JSON)), "health_status": v3Health, "is_group": .flag(isGroup),
      "service": "iMessage", "message": message,
    ]
  }
}

extension SubscriptionRecord {
  var v3JSON: JSONValue { .object(v3Members) }

  /// The only answer that has the secret.
  var v3JSONWithSecret: JSONValue {
    .object(v3Members + [.init("signing_secret", secret.map { .text($0) } ?? .null)])
  }

  private var v3Members: [JSONValue.Member] {
    [
      .init("id", .text(idText)), .init("target_url", .text(url)),
      .init("subscribed_events", .array(events.map { .text($0) })), .init("is_active", .flag(isActive)),
      .init("created_at", createdAt.text), .init("updated_at", updatedAt.text),
      .init("phone_numbers", phoneNumbers.isEmpty ? .null : .array(phoneNumbers.map { .text($0) })),
      .init("routing_key_header", routingKeyHeader.map { .text($0) } ?? .null),
      .init("routing_id_header", routingIDHeader.map { .text($0) } ?? .null),
      .init("last_delivered_at", lastDeliveredAt?.text ?? .null),
    ]
  }
}

extension World {
  /// A message as the answer to a send has it.
  func v3SentJSON(of message: MessageRecord, at now: Timestamp) -> JSONValue {
    .object(v3SharedMembers(of: shown(message, at: now)))
  }

  /// A message as it is kept.
  func v3JSON(of message: MessageRecord, at now: Timestamp) -> JSONValue {
    let message = shown(message, at: now)
    let isDelivered = message.sender.isMe ? message.deliveredAt != nil : true
    var members =
      v3SharedMembers(of: message) + [
        .init("chat_id", .text(Identifier.uuid(of: message.chatID))),
        .init("updated_at", message.updatedAt.text), .init("is_from_me", .flag(message.sender.isMe)),
        .init("is_delivered", .flag(isDelivered)), .init("read_at", message.readAt?.text ?? .null),
        .init("from", .text(message.sender.number)),
      ]
    if let reconciledAt = message.reconciledAt { members.append(.init("reconciled_at", reconciledAt.text)) }
    return .object(members)
  }

  func v3JSON(of file: AttachmentRecord, at now: Timestamp) -> JSONValue {
    [
      "id": .text(file.id), "filename": .text(file.fileName), "content_type": .text(file.contentType),
      "size_bytes": .number(file.byteCount), "created_at": file.createdAt.text,
      "status": file.isComplete ? "complete" : "pending",
      "download_url": .text(downloadURL(of: file, at: now)),
    ]
  }

  private func v3SharedMembers(of message: MessageRecord) -> [JSONValue.Member] {
    let reactions = message.reactionIDs.compactMap { self.reactions[$0] }
    let parts = message.parts.enumerated().map { index, part in
      part.v3JSON(reactions: reactions.filter { $0.partIndex == index })
    }
    return [
      .init("id", .text(Identifier.uuid(of: message.id))), .init("created_at", message.sentAt.text),
      .init("delivery_status", message.v3Status), .init("is_read", .flag(message.readAt != nil)),
      .init("sent_at", message.v3SentAt), .init("delivered_at", message.v3DeliveredAt),
      .init("parts", .array(parts)),
      .init("service", message.wentOutAt == nil && message.sender.isMe ? .null : "iMessage"),
      .init("preferred_service", message.preferredService.map { .text($0) } ?? .null),
      .init("effect", message.effect), .init("reply_to", message.replyTo?.v3JSON ?? .null),
      .init("from_handle", message.sender.v3JSON),
    ]
  }
}
