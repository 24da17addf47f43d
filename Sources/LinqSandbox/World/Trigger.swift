import FoundationEssentials
import LinqEvents

/// What a test can let happen at the other side, by `POST /sandbox/NAME`.
enum Trigger: String, CaseIterable {
  /// A person writes: `from`, `text`, `to` (a line), `attachments`, `reply_to`, `reconciled`, `delay_seconds`.
  case messages
  /// A person reacts: `message_id`, `type`, `custom_emoji`, `part_index`, `operation`.
  case reactions
  /// A person corrects a message: `message_id`, `text`, `part_index`.
  case edits
  /// A message of ours fails: `message_id`, `code`, and `delivered_after_seconds` if it arrives after all.
  case failures
  /// An event of any type: `type`, `data` (members that replace those of the sample), `line`,
  /// `delay_seconds`.
  case events
}

extension World {
  /// Lets it happen; the events follow.
  mutating func perform(_ trigger: Trigger, _ fields: JSONValue, at now: Timestamp) throws(CallRejection)
    -> Reply
  {
    switch trigger {
    case .messages: return try receiveMessage(fields, at: now)
    case .reactions: return try receiveReaction(fields, at: now)
    case .edits:
      let message = try message(fields)
      let index = fields["part_index"]?.asNumber ?? 0
      let text = try Self.text("text", of: fields)
      guard message.parts.indices.contains(index), case .text = message.parts[index] else {
        throw .invalid("The message has no text part of that index.")
      }
      schedule(.messageEdited(message.id, partIndex: index, text: text))
      return Reply(202, ["message_id": .text(Identifier.uuid(of: message.id))])
    case .failures: return try failMessage(fields)
    case .events: return try sendSample(fields)
    }
  }

  private mutating func receiveMessage(_ fields: JSONValue, at now: Timestamp) throws(CallRejection) -> Reply
  {
    let sender = try Self.text("from", of: fields)
    let line = fields["to"]?.asText ?? lines.first?.number ?? ""
    guard hasLine(line) else { throw .invalid("to is not one of your Linq numbers.") }
    let chatID =
      chat(line: line, people: [sender])?.id ?? makeChat(line: line, people: [sender], name: nil, at: now)
    guard let chat = chats[chatID], let person = chat.people.first else { throw .notFound("chat") }
    var parts: [PartRecord] = []
    if let text = fields["text"]?.asText, !text.isEmpty { parts.append(.text(text, decorations: .null)) }
    for file in fields["attachments"]?.asList ?? [] { parts.append(.media(try attachment(file, at: now))) }
    guard !parts.isEmpty else { throw .missing("text or attachments") }
    let isReconciled = fields["reconciled"]?.asFlag ?? false
    let hours: Int64 = 5
    let message = receive(
      parts,
      from: person,
      in: chatID,
      sentAt: isReconciled ? Timestamp(milliseconds: now.milliseconds - hours * 3_600_000) : now,
      reconciledAt: isReconciled ? now : nil,
      replyTo: fields["reply_to"]?.asText.flatMap(Self.id).map { ReplyRecord(messageID: $0, partIndex: 0) },
      at: now
    )
    schedule(.messageReceived(message.id), afterSeconds: Self.delaySeconds(fields))
    return Reply(
      202,
      [
        "chat_id": .text(Identifier.uuid(of: chatID)), "message_id": .text(Identifier.uuid(of: message.id)),
        "v2": ["chat_id": .number(chatID), "message_id": .number(message.id)],
      ]
    )
  }

  private mutating func attachment(_ json: JSONValue, at now: Timestamp) throws(CallRejection)
    -> AttachmentRecord
  {
    if let url = json["url"]?.asText { return linked(url, at: now) }
    let bytes: [UInt8]
    if let base64 = json["base64"]?.asText {
      guard let data = Data(base64Encoded: base64) else { throw .invalid("base64 is not base64.") }
      bytes = Array(data)
    } else {
      bytes = Array(try Self.text("text", of: json).utf8)
    }
    let name = json["filename"]?.asText ?? "file.txt"
    return stored(
      RequestParameters.File(
        field: "",
        name: name,
        contentType: json["content_type"]?.asText,
        bytes: bytes
      ),
      at: now
    )
  }

  private mutating func receiveReaction(_ fields: JSONValue, at now: Timestamp) throws(CallRejection) -> Reply
  {
    let message = try message(fields)
    guard let person = chats[message.chatID]?.people.first else { throw .notFound("chat") }
    let reaction: ReactionRecord
    let isRemoval = fields["operation"]?.asText == "remove"
    if isRemoval {
      guard let removed = removeReaction(of: person, from: message.id) else { throw .notFound("reaction") }
      reaction = removed
    } else {
      reaction = add(
        reaction: fields["type"]?.asText ?? "love",
        emoji: fields["custom_emoji"]?.asText,
        partIndex: fields["part_index"]?.asNumber ?? 0,
        to: message,
        from: person,
        at: now
      )
    }
    schedule(.reactionReceived(reaction, isRemoval: isRemoval))
    return Reply(202, ["message_id": .text(Identifier.uuid(of: message.id))])
  }

  private mutating func failMessage(_ fields: JSONValue) throws(CallRejection) -> Reply {
    let message = try message(fields)
    schedule(.messageFailed(message.id, code: fields["code"]?.asNumber ?? 4001))
    if let seconds = fields["delivered_after_seconds"]?.asSeconds {
      schedule(.messageDelivered(message.id), afterSeconds: max(0.001, seconds))
    }
    return Reply(202, ["message_id": .text(Identifier.uuid(of: message.id))])
  }

  private mutating func sendSample(_ fields: JSONValue) throws(CallRejection) -> Reply {
    let type = try Self.text("type", of: fields)
    guard EventTypes.all.contains(type) else {
      throw .invalid(
        "\(type.debugDescription) is no event type. GET /api/partner/v3/webhook-events lists V3's."
      )
    }
    let sample = SampleFact(type: type, data: fields["data"] ?? [:], line: fields["line"]?.asText)
    schedule(.sample(sample), afterSeconds: Self.delaySeconds(fields))
    return Reply(202, ["type": .text(type)])
  }

  /// Names a message by its id of either API.
  private func message(_ fields: JSONValue) throws(CallRejection) -> MessageRecord {
    guard let value = fields["message_id"] else { throw .missing("message_id") }
    guard let id = value.asNumber ?? value.asText.flatMap(Self.id), let message = messages[id] else {
      throw .notFound("message")
    }
    return message
  }

  private static func id(_ text: String) -> Int? { Int(text) ?? Identifier.number(ofUUID: text) }

  private static func text(_ name: String, of fields: JSONValue) throws(CallRejection) -> String {
    guard let value = fields[name] else { throw .missing(name) }
    guard let text = value.asText else { throw .invalid("\(name) must be a text.") }
    return text
  }

  private static func delaySeconds(_ fields: JSONValue) -> Double {
    max(0, fields["delay_seconds"]?.asSeconds ?? 0)
  }
}

extension JSONValue {
  /// A number with or without a fraction.
  fileprivate var asSeconds: Double? {
    if case .scalar(.number(let text)) = self { Double(text) } else { nil }
  }
}
