import LinqEvents

// The three sends of V3.
extension World {
  mutating func performSend(_ call: V3Call, at now: Timestamp) throws(V3Rejection) -> Reply {
    let fields = try call.fields()
    let isAnyLine = call.operation == .send
    let input = try V3MessageInput(fields, headerKey: isAnyLine ? call.idempotencyKey : nil)
    if let key = input.idempotencyKey, let first = try firstAnswer(to: key, at: now) { return first }
    let reply: Reply
    switch call.operation {
    case .sendToChat(let chatID): reply = try send(input, toChat: chatID, at: now)
    case .createChat: reply = try createChat(input, fields, at: now)
    default: reply = try sendOnAnyLine(input, fields, at: now)
    }
    if let key = input.idempotencyKey { answersByKey[key] = reply }
    return reply
  }

  /// Whether a send with this key was carried out before.
  func knowsKey(of call: V3Call) -> Bool {
    guard let fields = try? call.fields() else { return false }
    let key = fields.json["message"]?["idempotency_key"]?.asText ?? call.idempotencyKey
    return key.map { messageIDsByKey[$0] != nil } ?? false
  }

  /// A key whose message is gone never sends again. One that V2 used has no answer of V3 yet.
  private func firstAnswer(to key: String, at now: Timestamp) throws(V3Rejection) -> Reply? {
    guard let id = messageIDsByKey[key] else { return nil }
    let message = try v3Message(id)
    if let first = answersByKey[key] { return first }
    return Reply(
      202,
      [
        "chat_id": .text(Identifier.uuid(of: message.chatID)),
        "message": v3SentJSON(of: message, at: now),
      ]
    )
  }

  private mutating func send(_ input: V3MessageInput, toChat chatID: Int, at now: Timestamp)
    throws(V3Rejection) -> Reply
  {
    let chat = try v3Chat(chatID)
    let message = try add(input, to: chat, at: now)
    return Reply(
      202,
      ["chat_id": .text(Identifier.uuid(of: chatID)), "message": v3SentJSON(of: message, at: now)]
    )
  }

  private mutating func createChat(_ input: V3MessageInput, _ fields: V3Fields, at now: Timestamp)
    throws(V3Rejection) -> Reply
  {
    let line = try fields.number("from")
    let people = try Self.people(fields)
    guard hasLine(line) else { throw .notYourLine }
    let known = reusableChat(line: line, people: people)
    guard known != nil || input.canOpenChat else {
      throw .badValue("The first message of a new chat must have no link, no reply_to and no effect.")
    }
    let chat = if let known { known } else { try openChat(input, line: line, people: people, at: now) }
    let message = try add(input, to: chat, at: now)
    return Reply(
      201,
      ["chat": try v3Chat(chat.id).v3JSON(started: v3SentJSON(of: message, at: now))]
    )
  }

  private mutating func sendOnAnyLine(_ input: V3MessageInput, _ fields: V3Fields, at now: Timestamp)
    throws(V3Rejection) -> Reply
  {
    let people = try Self.people(fields)
    let excluded = try fields.numbers("exclude_from")
    let usable = lines.map(\.number).filter { !excluded.contains($0) }
    guard let first = usable.first else { throw V3Rejection(409, 2005, "No line of yours may send this.") }
    let known = usable.compactMap { reusableChat(line: $0, people: people) }.first
    let chat = if let known { known } else { try openChat(input, line: first, people: people, at: now) }
    let message = try add(input, to: chat, at: now)
    return Reply(
      202,
      [
        "chat_id": .text(Identifier.uuid(of: chat.id)), "created_new_chat": .flag(known == nil),
        "from": .text(chat.line.number),
        "from_selection": [
          "reason": known == nil ? "new_best_number" : "reused_active_chat",
          "reused_existing_chat": .flag(known != nil),
        ],
        "handles": .array(chat.handles.map(\.v3JSON)), "is_group": .flag(chat.isGroup),
        "service": "iMessage", "previous_chat_id": .null, "message": v3SentJSON(of: message, at: now),
      ]
    )
  }

  /// Adds the message to the chat once all is well, and schedules what follows.
  private mutating func add(_ input: V3MessageInput, to chat: ChatRecord, at now: Timestamp)
    throws(V3Rejection) -> MessageRecord
  {
    let parts = try checkedParts(input, chat, at: now)
    try admit(input, line: chat.line.number, people: chat.people.map(\.number), at: now)
    countSend(line: chat.line.number, people: chat.people.map(\.number), at: now)
    var message = MessageRecord(
      id: nextID(),
      chatID: chat.id,
      parts: parts,
      sender: chat.line,
      sentAt: now,
      updatedAt: now
    )
    message.replyTo = input.replyTo
    message.effect = input.effect
    message.preferredService = input.preferredService
    message.idempotencyKey = input.idempotencyKey
    add(message)
    chats[chat.id]?.updatedAt = now
    if let key = input.idempotencyKey { messageIDsByKey[key] = message.id }
    scheduleLife(after: message)
    return message
  }

  /// A refused send must not leave an empty chat behind, so the checks come first.
  private mutating func openChat(
    _ input: V3MessageInput,
    line: String,
    people: [String],
    at now: Timestamp
  ) throws(V3Rejection) -> ChatRecord {
    _ = try checkedParts(input, nil, at: now)
    try admit(input, line: line, people: people, at: now)
    let id = makeChat(line: line, people: people, name: nil, at: now)
    return try v3Chat(id)
  }

  private mutating func admit(_ input: V3MessageInput, line: String, people: [String], at now: Timestamp)
    throws(V3Rejection)
  {
    switch obstacle(line: line, people: people, overridesOptOut: input.overridesOptOut, at: now) {
    case nil: return
    case .optedOut: throw .optedOut
    case .tooMany(let seconds): throw .tooMany(retryAfterSeconds: seconds)
    }
  }

  private func checkedParts(_ input: V3MessageInput, _ chat: ChatRecord?, at now: Timestamp)
    throws(V3Rejection) -> [PartRecord]
  {
    if let replyTo = input.replyTo, messages[replyTo.messageID]?.chatID != chat?.id || chat == nil {
      throw .noMessage
    }
    var parts: [PartRecord] = []
    for part in input.parts {
      switch part {
      case .text(let text, let decorations): parts.append(.text(text, decorations: decorations))
      case .link(let url): parts.append(.link(url))
      case .linkedMedia(let url): parts.append(.media(linked(url, at: now)))
      case .card(let json): parts.append(.card(json))
      case .storedMedia(let id):
        guard let file = attachments[id] else { throw .noAttachment }
        guard file.isComplete else { throw .badContent("The attachment has not been uploaded yet.") }
        parts.append(.media(file))
      }
    }
    return parts
  }

  /// A group with a name is never used again.
  private func reusableChat(line: String, people: [String]) -> ChatRecord? {
    chat(line: line, people: people).flatMap { $0.isGroup && $0.displayName != nil ? nil : $0 }
  }

  private static func people(_ fields: V3Fields) throws(V3Rejection) -> [String] {
    let texts = try fields.texts("to")
    guard (1...31).contains(texts.count) else { throw .badValue("to must have 1 to 31 addresses.") }
    guard texts.allSatisfy({ V3Handle.isE164($0) || V3Handle.isEmail($0) }) else { throw .badNumber("to") }
    var people: [String] = []
    for text in texts where !people.contains(text) { people.append(text) }
    return people
  }
}
