import LinqAPI
import LinqEvents

extension World {
  /// Finds or makes the chat and sends the message into it.
  mutating func startChat(_ parameters: RequestParameters, at now: Timestamp) throws(CallRejection) -> Reply {
    let line = try Self.number(parameters.fields["send_from"], named: "send_from")
    guard let chatFields = parameters.fields["chat"] else { throw .missing("chat") }
    let people = try Self.people(chatFields["phone_numbers"])
    let input = try MessageInput(parameters)
    if let sent = sentMessage(input.idempotencyKey) {
      return Reply(200, ["data": try chat(sent.chatID).json(started: sent)])
    }
    try adopt(line)
    // A refused send must not leave an empty chat behind.
    try admit(line: line, people: people, at: now)
    let chatID =
      chat(line: line, people: people)?.id
      ?? makeChat(line: line, people: people, name: chatFields["display_name"]?.asText, at: now)
    let message = try send(input, to: chatID, at: now)
    return Reply(200, ["data": try chat(chatID).json(started: message)])
  }

  mutating func sendMessage(
    _ parameters: RequestParameters,
    to chatID: Int,
    at now: Timestamp
  ) throws(CallRejection) -> Reply {
    let chat = try chat(chatID)
    let input = try MessageInput(parameters)
    if let sent = sentMessage(input.idempotencyKey) { return Reply(200, ["data": json(of: sent)]) }
    try admit(line: chat.line.number, people: chat.people.map(\.number), at: now)
    return Reply(201, ["data": json(of: try send(input, to: chatID, at: now))])
  }

  mutating func react(_ fields: JSONValue, to messageID: Int, at now: Timestamp) throws(CallRejection)
    -> Reply
  {
    guard let type = fields["type"] else { throw .missing("type") }
    guard let operation = fields["operation"] else { throw .missing("operation") }
    guard let type = type.asText, ReactionType.Tapback(rawValue: type) != nil else {
      let types = ReactionType.Tapback.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid("type must be one of \(types).")
    }
    guard let message = messages[messageID] else { throw .notFound("message") }
    let line = try chat(message.chatID).line
    switch operation.asText {
    case "add":
      if let present = reaction(of: line, to: messageID), present.type == type {
        return Reply(201, ["data": present.json])
      }
      let reaction = add(reaction: type, to: message, from: line, at: now)
      schedule(.reactionSent(reaction))
      return Reply(201, ["data": reaction.json])
    case "remove":
      guard reaction(of: line, to: messageID)?.type == type,
        let removed = removeReaction(of: line, from: messageID)
      else { throw .notFound("reaction of yours") }
      schedule(.reactionRemoved(removed))
      return Reply(201, ["data": removed.json])
    default: throw .invalid("operation must be add or remove.")
    }
  }

  private func sentMessage(_ key: String?) -> MessageRecord? {
    key.flatMap { messageIDsByKey[$0] }.flatMap { messages[$0] }
  }

  private mutating func admit(line: String, people: [String], at now: Timestamp) throws(CallRejection) {
    switch obstacle(line: line, people: people, at: now) {
    case nil: return
    case .optedOut: throw .optedOut
    case .tooMany(let seconds): throw .rateLimited(retryAfterSeconds: seconds)
    }
  }

  private mutating func send(_ input: MessageInput, to chatID: Int, at now: Timestamp) throws(CallRejection)
    -> MessageRecord
  {
    let chat = try chat(chatID)
    let attachments =
      input.attachmentURLs.map { linked($0, at: now) } + input.files.map { stored($0, at: now) }
    let text: [PartRecord] = input.text.isEmpty ? [] : [.text(input.text, decorations: .null)]
    var message = MessageRecord(
      id: nextID(),
      chatID: chatID,
      parts: text + attachments.map { .media($0) },
      sender: chat.line,
      sentAt: now,
      updatedAt: now
    )
    message.idempotencyKey = input.idempotencyKey
    add(message)
    countSend(line: chat.line.number, people: chat.people.map(\.number), at: now)
    if let key = input.idempotencyKey { messageIDsByKey[key] = message.id }
    scheduleLife(after: message)
    return message
  }

  private mutating func adopt(_ number: String) throws(CallRejection) {
    guard hasLine(number) else { throw .invalid("send_from is not one of your Linq numbers.") }
  }

  private static func people(_ value: JSONValue?) throws(CallRejection) -> [String] {
    guard let value else { throw .missing("chat[phone_numbers]") }
    guard let list = value.asList, !list.isEmpty else {
      throw .badRequest("chat[phone_numbers] must be a list of at least one phone number.")
    }
    var people: [String] = []
    for element in list {
      let person = try number(element, named: "chat[phone_numbers]")
      if !people.contains(person) { people.append(person) }
    }
    return people
  }

  private static func number(_ value: JSONValue?, named name: String) throws(CallRejection) -> String {
    guard let value else { throw .missing(name) }
    guard let text = value.asText else { throw .invalid("\(name) must be a phone number in quotes.") }
    do throws(PhoneNumberError) { return try PhoneNumber(parsing: text).description } catch {
      throw .invalid("\(name): \(error.description)")
    }
  }
}
