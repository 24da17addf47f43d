import LinqAPI
import LinqEvents

extension World {
  /// Carries out one call.
  mutating func perform(
    _ operation: Operation,
    query: String?,
    parameters: RequestParameters,
    at now: Timestamp
  ) throws(CallRejection) -> Reply {
    let query = QueryReading(query)
    switch operation {
    case .listNumbers: return Reply(200, ["phone_numbers": .array(lines.map(\.json))])
    case .listChats: return try listChats(query)
    case .startChat: return try startChat(parameters, at: now)
    case .findChat: return try findChat(query)
    case .showChat(let id): return Reply(200, ["data": try chat(id).json()])
    case .listMessages(let chatID): return try listMessages(of: chatID, query)
    case .sendMessage(let chatID): return try sendMessage(parameters, to: chatID, at: now)
    case .showMessage(let chatID, let id):
      guard let message = messages[id], message.chatID == chatID else { throw .notFound("message") }
      return Reply(200, ["data": json(of: message)])
    case .startTyping(let chatID), .stopTyping(let chatID):
      _ = try chat(chatID)
      if case .startTyping = operation { return Reply(201) }
      return Reply(204)
    case .markRead(let chatID):
      markRead(try chat(chatID), at: now)
      return Reply(204)
    case .checkIMessage: return try checkIMessage(parameters.fields)
    case .react(let messageID): return try react(parameters.fields, to: messageID, at: now)
    case .showReaction(let id):
      guard let reaction = reactions[id] else { throw .notFound("reaction") }
      return Reply(200, ["data": reaction.json])
    case .listSubscriptions:
      let list = subscriptions.values.filter { $0.api == .v2 }.sorted { $0.id < $1.id }.map(\.json)
      return Reply(200, ["webhook_subscriptions": .array(list)])
    case .createSubscription: return try createSubscription(parameters.fields, at: now)
    case .updateSubscription(let id): return try updateSubscription(id, parameters.fields, at: now)
    case .deleteSubscription(let id):
      guard subscriptions[id]?.api == .v2 else { throw .notFound("webhook subscription") }
      subscriptions[id] = nil
      return Reply(204)
    }
  }

  private func checkIMessage(_ fields: JSONValue) throws(CallRejection) -> Reply {
    guard let text = fields["phone_number"]?.asText else { throw .missing("phone_number") }
    do throws(PhoneNumberError) {
      let number = try PhoneNumber(parsing: text).description
      return Reply(200, ["available": true, "phone_number": .text(number)])
    } catch {
      throw .invalid("phone_number: \(error.description)")
    }
  }

  func chat(_ id: Int) throws(CallRejection) -> ChatRecord {
    guard let chat = chats[id] else { throw .notFound("chat") }
    return chat
  }

  func json(of message: MessageRecord) -> JSONValue {
    message.json(reactions: message.reactionIDs.compactMap { reactions[$0] })
  }

  private func listChats(_ query: QueryReading) throws(CallRejection) -> Reply {
    let number = try query.number("phone_number").description
    let found = chats.values.filter { $0.handles.contains { $0.number == number } }.sorted { $0.id < $1.id }
    let page = try Page(query, itemCount: found.count)
    return Reply(200, ["data": .array(found[page.range].map { $0.json() }), "meta": page.json])
  }

  private func findChat(_ query: QueryReading) throws(CallRejection) -> Reply {
    let line = try query.number("phone_number").description
    let people = try query.numbers("phone_numbers[]").map(\.description)
    guard let chat = chat(line: line, people: people) else {
      return Reply(200, ["data": ["chat": .null, "messages": []]])
    }
    return Reply(200, ["data": ["chat": chat.json()]])
  }

  private func listMessages(of chatID: Int, _ query: QueryReading) throws(CallRejection) -> Reply {
    var found = try chat(chatID).messageIDs.compactMap { messages[$0] }
    if let before = try query.timestamp("before") { found.removeAll { $0.sentAt >= before } }
    if let after = try query.timestamp("after") { found.removeAll { $0.sentAt <= after } }
    switch query["sort"] ?? "asc" {
    case "asc": break
    case "desc": found.reverse()
    default: throw .invalid("sort must be asc or desc.")
    }
    let page = try Page(query, itemCount: found.count)
    return Reply(200, ["data": .array(found[page.range].map(json(of:))), "meta": page.json])
  }
}
