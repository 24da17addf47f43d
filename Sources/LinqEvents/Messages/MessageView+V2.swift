// Partner API V2. The event's type says who wrote, the chat's handles say which number is ours.

extension MessageView {
  mutating func readV2(_ data: JSONValue, type: String) {
    chatID = data[member: type == "chat.created" ? "id" : "chat_id"]?.identifier
    readHandles(data[member: "chat_handles"]?.elements)
    service = data[member: "service"]?.string
    switch type.prefix(while: { $0 != "." }) {
    case "message": readMessageV2(data, type: type)
    case "reaction": readReactionV2(data, type: type)
    case "call": readCallV2(data)
    default: break
    }
  }

  private mutating func readHandles(_ handles: [JSONValue]?) {
    guard let handles, !handles.isEmpty else { return }
    isGroup = handles.count > 2
    line = handles.first { $0[member: "is_me"]?.flag == true }?[member: "identifier"]?.string
  }

  private mutating func readMessageV2(_ data: JSONValue, type: String) {
    messageID = data[member: "id"]?.identifier
    sentAt = data[member: "sent_at"]?.utcTime
    guard type == "message.received" || type == "message.sent" else { return }
    from = data[member: "from_phone"]?.string
    isOwn = type == "message.sent"
    var parts: [(MessagePart, String?)] = []
    if let text = data[member: "text"]?.string, !text.isEmpty { parts.append((.text(text), text)) }
    for attachment in data[member: "attachments"]?.elements ?? [] {
      parts.append((.media(MessagePart.Media(attachment, byteCountName: "file_size")), nil))
    }
    take(parts)
  }

  /// V2 tells only of reactions that were put on.
  private mutating func readReactionV2(_ data: JSONValue, type: String) {
    messageID = data[member: "chat_message_id"]?.identifier
    from = data[member: "chat_handle"]?[member: "identifier"]?.string
    isOwn = data[member: "is_from_me"]?.flag ?? (type == "reaction.sent")
    reaction = MessageReaction(
      kind: data[member: "reaction"]?.string,
      emoji: nil,
      operation: .add,
      target: messageID.map { MessageReference(messageID: $0) }
    )
  }

  private mutating func readCallV2(_ data: JSONValue) {
    from = data[member: "from"]?.string
    guard let direction = data[member: "direction"]?.string else { return }
    isOwn = direction == "outbound"
    line = data[member: direction == "outbound" ? "from" : "to"]?.string
  }
}

extension MessagePart.Media {
  init(_ value: JSONValue, byteCountName: String) {
    self.init()
    id = value[member: "id"]?.identifier
    url = value[member: "url"]?.string
    mimeType = value[member: "mime_type"]?.string
    filename = value[member: "filename"]?.string
    byteCount = value[member: byteCountName]?.integer
  }
}
