import LinqAPI
import LinqEvents

// Messages of V3 once they are there.
extension World {
  private static let maxEditAgeSeconds = 15.0 * 60

  mutating func performOnMessage(_ call: V3Call, at now: Timestamp) throws(V3Rejection) -> Reply {
    switch call.operation {
    case .showMessage(let id): return Reply(200, v3JSON(of: try v3Message(id), at: now))
    case .editMessage(let id): return try editMessage(id, try call.fields(), at: now)
    case .deleteMessage(let id):
      let message = try v3Message(id)
      messages[id] = nil
      chats[message.chatID]?.messageIDs.removeAll { $0 == id }
      return Reply(204)
    case .react(let id): return try v3React(to: id, try call.fields(), at: now)
    case .showThread(let id): return try showThread(of: id, call, at: now)
    case .listMessages(let chatID):
      let found = try v3Chat(chatID).messageIDs.reversed().compactMap { messages[$0] }
      return try list(Array(found), call, at: now)
    default: throw .unknownPath
    }
  }

  /// The newest messages come first.
  private func list(_ found: [MessageRecord], _ call: V3Call, at now: Timestamp) throws(V3Rejection) -> Reply
  {
    let page = try V3Page(found, QueryReading(call.query), defaultLimit: 50, id: \.id)
    let items = page.items.map { v3JSON(of: $0, at: now) }
    return Reply(200, ["messages": .array(items), "next_cursor": page.nextCursor])
  }

  /// A message and the answers to it.
  private func showThread(of id: Int, _ call: V3Call, at now: Timestamp) throws(V3Rejection) -> Reply {
    let message = try v3Message(id)
    let root = message.replyTo?.messageID ?? id
    var found = try v3Chat(message.chatID).messageIDs.compactMap { messages[$0] }
      .filter { $0.id == root || $0.replyTo?.messageID == root }
    switch QueryReading(call.query)["order"] ?? "asc" {
    case "asc": break
    case "desc": found.reverse()
    default: throw .badValue("order must be asc or desc.")
    }
    return try list(found, call, at: now)
  }

  private mutating func editMessage(_ id: Int, _ fields: V3Fields, at now: Timestamp) throws(V3Rejection)
    -> Reply
  {
    let message = try v3Message(id)
    let text = try fields.text("text")
    let index = try fields.count("part_index") ?? 0
    guard (1...10_000).contains(text.count) else { throw .badValue("text has 1 to 10000 characters.") }
    guard message.sender.isMe else { throw V3Rejection(403, 2005, "Only messages of yours can be edited.") }
    let age = Double(now.milliseconds - message.sentAt.milliseconds) / 1_000 * timeScale
    guard age <= Self.maxEditAgeSeconds else {
      throw V3Rejection(409, 1006, "A message can be edited for 15 minutes.")
    }
    guard edit(messageID: id, partIndex: index, text: text, at: now) else {
      throw .badValue("There is no text part of that index.")
    }
    schedule(.ownMessageEdited(id, partIndex: index))
    return Reply(200, v3JSON(of: try v3Message(id), at: now))
  }

  private mutating func v3React(to id: Int, _ fields: V3Fields, at now: Timestamp) throws(V3Rejection)
    -> Reply
  {
    let operation = try fields.text("operation")
    let type = try fields.text("type")
    let message = try v3Message(id)
    let line = try v3Chat(message.chatID).line
    let index = try fields.count("part_index") ?? 0
    let emoji = try fields.optionalText("custom_emoji")
    guard type == "custom" || ReactionType.Tapback(rawValue: type) != nil else {
      throw .badValue("\(type.debugDescription) is no reaction that can be sent.")
    }
    if type == "custom", emoji?.isEmpty != false { throw .missing("custom_emoji") }
    guard message.parts.indices.contains(index) else { throw .badValue("There is no part of that index.") }
    switch operation {
    case "add":
      let reaction = add(
        reaction: type,
        emoji: type == "custom" ? emoji : nil,
        partIndex: index,
        to: message,
        from: line,
        at: now
      )
      schedule(.reactionSent(reaction))
    case "remove":
      // Linq accepts the call at once and does the work later, so that nothing to remove is no error.
      if reaction(of: line, to: id)?.type == type, let removed = removeReaction(of: line, from: id) {
        schedule(.reactionRemoved(removed))
      }
    default: throw .badValue("operation must be add or remove.")
    }
    return Reply(
      202,
      ["status": "accepted", "message": "queued", "trace_id": .text(Identifier.trace())]
    )
  }
}
