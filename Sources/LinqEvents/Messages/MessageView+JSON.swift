// The view as JSON: what hooks and workers read, and what paths under `message.` lead into.

extension MessageView {
  /// The names of all fields, in the order of ``json``.
  public static let fieldNames = [
    "event_id", "event_type", "version", "created_at", "message_id", "chat_id", "is_group", "line", "from",
    "is_own",
    "service", "text", "parts", "reply_to", "reaction", "sent_at", "is_reconciled", "is_opted_out",
  ]

  /// All fields in a fixed order, `null` where the event does not say.
  public var json: JSONValue {
    .object(Self.fieldNames.map { JSONValue.Member($0, field($0) ?? .null) })
  }

  /// What is at the end of a way into the view, such as `["parts", "0", "type"]`; nil where it leads nowhere. Only the
  /// field that it begins with is made.
  public func value(at segments: some Collection<String>) -> JSONValue? {
    segments.first.flatMap(field)?.value(at: segments.dropFirst())
  }

  /// The value of a field; nil for a name that none has.
  private func field(_ name: String) -> JSONValue? {
    switch name {
    case "event_id": JSONValue(orNull: eventID)
    case "event_type": JSONValue(orNull: eventType)
    case "version": JSONValue(orNull: version)
    case "created_at": JSONValue(orNull: createdAt)
    case "message_id": JSONValue(orNull: messageID)
    case "chat_id": JSONValue(orNull: chatID)
    case "is_group": JSONValue(orNull: isGroup)
    case "line": JSONValue(orNull: line)
    case "from": JSONValue(orNull: from)
    case "is_own": JSONValue(orNull: isOwn)
    case "service": JSONValue(orNull: service)
    case "text": JSONValue(orNull: text)
    case "parts": parts.map { .array($0.map(\.json)) } ?? .null
    case "reply_to": replyTo?.json ?? .null
    case "reaction": reaction?.json ?? .null
    case "sent_at": JSONValue(orNull: sentAt)
    case "is_reconciled": JSONValue(orNull: isReconciled)
    case "is_opted_out": JSONValue(orNull: isOptedOut)
    default: nil
    }
  }
}

extension MessageView {
  /// What may follow on a way into the view.
  public enum NextSegment: Sendable, Equatable {
    /// One of these names.
    case name([String])
    /// A number, from 0.
    case index
    /// Nothing: a single value is there, or the way has left the view before.
    case nothing
  }

  /// What may follow these segments of a path, for a check of paths.
  public static func next(after segments: some Collection<String>) -> NextSegment {
    let segments = Array(segments)
    switch (segments.first, segments.count) {
    case (nil, _): return .name(fieldNames)
    case ("parts", 1): return .index
    case ("parts", 2):
      return .name(["type", "value", "id", "url", "mime_type", "filename", "bytes", "path", "error"])
    case ("reply_to", 1): return .name(["message_id", "part_index"])
    case ("reaction", 1): return .name(["kind", "emoji", "operation", "message_id", "part_index"])
    default: return .nothing
    }
  }
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
