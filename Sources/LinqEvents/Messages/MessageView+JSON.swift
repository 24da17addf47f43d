// The view as JSON: what hooks and workers read, and what paths under `message.` lead into.

extension MessageView {
  /// All fields in a fixed order, `null` where the event does not say.
  public var json: JSONValue {
    [
      "event_id": JSONValue(orNull: eventID),
      "event_type": JSONValue(orNull: eventType),
      "version": JSONValue(orNull: version),
      "created_at": JSONValue(orNull: createdAt),
      "message_id": JSONValue(orNull: messageID),
      "chat_id": JSONValue(orNull: chatID),
      "is_group": JSONValue(orNull: isGroup),
      "line": JSONValue(orNull: line),
      "from": JSONValue(orNull: from),
      "is_own": JSONValue(orNull: isOwn),
      "service": JSONValue(orNull: service),
      "text": JSONValue(orNull: text),
      "parts": parts.map { .array($0.map(\.json)) } ?? .null,
      "reply_to": replyTo?.json ?? .null,
      "reaction": reaction?.json ?? .null,
      "sent_at": JSONValue(orNull: sentAt),
      "is_reconciled": JSONValue(orNull: isReconciled),
      "is_opted_out": JSONValue(orNull: isOptedOut),
    ]
  }

  /// The names of all fields, in the order of ``json``.
  public static let fieldNames: [String] = {
    guard case .object(let members) = MessageView().json else { return [] }
    return members.map(\.name)
  }()
}

extension MessagePart {
  fileprivate var json: JSONValue {
    switch self {
    case .text(let value): ["type": "text", "value": JSONValue(value)]
    case .link(let value): ["type": "link", "value": JSONValue(value)]
    case .media(let media): media.json
    case .other(let type): ["type": JSONValue(orNull: type)]
    }
  }
}

extension MessagePart.Media {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      JSONValue.Member("type", "media"),
      JSONValue.Member("id", JSONValue(orNull: id)),
      JSONValue.Member("url", JSONValue(orNull: url)),
      JSONValue.Member("mime_type", JSONValue(orNull: mimeType)),
      JSONValue.Member("filename", JSONValue(orNull: filename)),
      JSONValue.Member("bytes", byteCount.map { JSONValue($0) } ?? .null),
      JSONValue.Member("path", JSONValue(orNull: path)),
    ]
    if let error { members.append(JSONValue.Member("error", JSONValue(error))) }
    return .object(members)
  }
}

extension MessageReference {
  fileprivate var json: JSONValue {
    ["message_id": JSONValue(messageID), "part_index": partIndex.map { JSONValue($0) } ?? .null]
  }
}

extension MessageReaction {
  fileprivate var json: JSONValue {
    [
      "kind": JSONValue(orNull: kind),
      "emoji": JSONValue(orNull: emoji),
      "operation": JSONValue(operation.rawValue),
      "message_id": JSONValue(orNull: target?.messageID),
      "part_index": target?.partIndex.map { JSONValue($0) } ?? .null,
    ]
  }
}

extension JSONValue {
  fileprivate init(orNull text: String?) { self = text.map { JSONValue($0) } ?? .null }
  fileprivate init(orNull flag: Bool?) { self = flag.map { .scalar(.bool($0)) } ?? .null }
}
