import LinqEvents

// Chats, messages and reactions, whichever API they come from.
extension World {
  func chat(line: String, people: [String]) -> ChatRecord? {
    let wanted = Set(people)
    return chats.values.filter { $0.line.number == line && Set($0.people.map(\.number)) == wanted }
      .min { $0.id < $1.id }
  }

  mutating func makeChat(line: String, people: [String], name: String?, at now: Timestamp) -> Int {
    let me = HandleRecord(id: nextID(), number: line, isMe: true, joinedAt: now)
    let others = people.map { HandleRecord(id: nextID(), number: $0, isMe: false, joinedAt: now) }
    let chat = ChatRecord(
      id: nextID(),
      displayName: name,
      line: me,
      people: others,
      createdAt: now,
      updatedAt: now
    )
    chats[chat.id] = chat
    schedule(.chatCreated(chat.id))
    return chat.id
  }

  /// Whether the number may send. It becomes a line if every number may.
  mutating func hasLine(_ number: String) -> Bool {
    if lines.contains(where: { $0.number == number }) { return true }
    guard adoptsLines else { return false }
    lines.append(LineRecord(id: lines.count + 1, number: number))
    return true
  }

  /// Adds a message to an existing chat.
  mutating func add(_ message: MessageRecord) {
    messages[message.id] = message
    chats[message.chatID]?.messageIDs.append(message.id)
  }

  /// Adds a message of a person. One of the words that opt out blocks sends to that person; any other message
  /// of theirs lifts the block.
  mutating func receive(
    _ parts: [PartRecord],
    from sender: HandleRecord,
    in chatID: Int,
    sentAt: Timestamp,
    reconciledAt: Timestamp? = nil,
    replyTo: ReplyRecord? = nil,
    at now: Timestamp
  ) -> MessageRecord {
    var message = MessageRecord(
      id: nextID(),
      chatID: chatID,
      parts: parts,
      sender: sender,
      sentAt: sentAt,
      deliveredAt: now,
      updatedAt: now
    )
    message.reconciledAt = reconciledAt
    message.replyTo = replyTo
    add(message)
    let optsOut = OptOut.isAskedFor(by: message.text)
    if chats[chatID]?.isGroup == false {
      if optsOut { optedOut.insert(sender.number) } else { optedOut.remove(sender.number) }
      chats[chatID]?.isOptedOut = optsOut
      chats[chatID]?.updatedAt = now
    }
    return message
  }

  /// Marks what people wrote in a chat as read.
  mutating func markRead(_ chat: ChatRecord, at now: Timestamp) {
    for id in chat.messageIDs where messages[id]?.sender.isMe == false && messages[id]?.readAt == nil {
      messages[id]?.readAt = now
    }
  }

  /// Changes a text part; false when there is none at that index.
  mutating func edit(messageID: Int, partIndex: Int, text: String, at now: Timestamp) -> Bool {
    guard let message = messages[messageID], message.parts.indices.contains(partIndex),
      case .text = message.parts[partIndex]
    else { return false }
    messages[messageID]?.parts[partIndex] = .text(text, decorations: .null)
    messages[messageID]?.updatedAt = now
    return true
  }

  /// Adds a reaction to a message; it replaces an earlier one of the same person.
  mutating func add(
    reaction type: String,
    emoji: String? = nil,
    partIndex: Int = 0,
    to message: MessageRecord,
    from sender: HandleRecord,
    at now: Timestamp
  ) -> ReactionRecord {
    removeReaction(of: sender, from: message.id)
    let reaction = ReactionRecord(
      id: nextID(),
      messageID: message.id,
      chatID: message.chatID,
      type: type,
      customEmoji: emoji,
      partIndex: partIndex,
      sender: sender,
      sentAt: now
    )
    reactions[reaction.id] = reaction
    messages[message.id]?.reactionIDs.append(reaction.id)
    return reaction
  }

  @discardableResult
  mutating func removeReaction(of sender: HandleRecord, from messageID: Int) -> ReactionRecord? {
    guard let present = reaction(of: sender, to: messageID) else { return nil }
    reactions[present.id] = nil
    messages[messageID]?.reactionIDs.removeAll { $0 == present.id }
    return present
  }

  func reaction(of sender: HandleRecord, to messageID: Int) -> ReactionRecord? {
    messages[messageID]?.reactionIDs.compactMap { reactions[$0] }.first { $0.sender == sender }
  }
}

/// The words by which a person opts out: the whole text is one of them.
enum OptOut {
  private static let words: Set<String> = ["STOP", "UNSUBSCRIBE", "OPTOUT", "CANCEL", "END", "QUIT"]

  static func isAskedFor(by text: String) -> Bool {
    var word = text[...]
    while word.first?.isWhitespace == true { word = word.dropFirst() }
    while word.last?.isWhitespace == true { word = word.dropLast() }
    return words.contains(String(word)) || word.uppercased() == "OPT OUT"
  }
}
