import LinqEvents

// Chats of V3: lists, typing and read marks.
extension World {
  mutating func performOnChat(_ call: V3Call, at now: Timestamp) throws(V3Rejection) -> Reply {
    switch call.operation {
    case .showChat(let id): return Reply(200, try v3Chat(id).v3JSON)
    case .updateChat(let id): return try updateChat(id, try call.fields(), at: now)
    case .startTyping(let id), .stopTyping(let id):
      _ = try v3Chat(id)
      return Reply(204)
    case .markRead(let id):
      markRead(try v3Chat(id), at: now)
      return Reply(204)
    default: return try listChats(call)
    }
  }

  private mutating func updateChat(_ id: Int, _ fields: V3Fields, at now: Timestamp) throws(V3Rejection)
    -> Reply
  {
    guard try v3Chat(id).isGroup else { throw V3Rejection(409, 1006, "Direct chats cannot be changed.") }
    if let name = try fields.optionalText("display_name") { chats[id]?.displayName = name }
    _ = try fields.optionalText("group_chat_icon")
    chats[id]?.updatedAt = now
    return Reply(200, ["chat_id": .text(Identifier.uuid(of: id)), "status": "accepted"])
  }

  /// The newest chats come first.
  private func listChats(_ call: V3Call) throws(V3Rejection) -> Reply {
    let query = QueryReading(call.query)
    let line = query.address("from")
    let person = query.address("to")
    if let line, !V3Handle.isE164(line) { throw .badNumber("from") }
    if let person, !V3Handle.isE164(person), !V3Handle.isEmail(person) { throw .badNumber("to") }
    let found = chats.values.sorted { $0.id > $1.id }.filter { chat in
      (line.map { chat.line.number == $0 } ?? true)
        && (person.map { person in chat.people.contains { $0.number == person } } ?? true)
    }
    let page = try V3Page(found, query, defaultLimit: 20, id: \.id)
    return Reply(200, ["chats": .array(page.items.map(\.v3JSON)), "next_cursor": page.nextCursor])
  }
}

extension QueryReading {
  /// A number or e-mail address; an unescaped plus sign arrives as a space.
  func address(_ name: String) -> String? {
    self[name].map { $0.hasPrefix(" ") ? "+\($0.dropFirst())" : $0 }
  }
}
