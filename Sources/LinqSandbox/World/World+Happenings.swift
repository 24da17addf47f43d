extension World {
  /// Plays a happening; nil when its message or chat is gone.
  mutating func live(through happening: ScheduledAction, at now: Timestamp) -> EventFact? {
    switch happening {
    case .messageSent(let id):
      messages[id]?.deliveredAt = now
      return fact(ofMessage: id) { .messageSent($0, $1) }
    case .messageRead(let id):
      messages[id]?.readAt = now
      return fact(ofMessage: id) { .messageRead($0, $1) }
    case .typing(let chatID, let isShown):
      return chats[chatID].map { .typing($0, isShown: isShown) }
    case .reply(let chatID, let text):
      guard let chat = chats[chatID], let person = chat.people.first else { return nil }
      let message = add(text: text, from: person, to: chatID, attachments: [], at: now)
      return fact(ofMessage: message.id) { .messageReceived($0, $1) }
    case .reaction(let messageID, let type):
      guard let message = messages[messageID], let chat = chats[message.chatID],
        let person = chat.people.first
      else { return nil }
      let reaction = add(reaction: type, to: message, from: person, at: now)
      return .reactionReceived(reaction, message, chat)
    case .reactionSent(let reaction): return fact(of: reaction) { .reactionSent($0, $1, $2) }
    case .reactionRemoved(let reaction): return fact(of: reaction) { .reactionRemoved($0, $1, $2) }
    }
  }

  /// Schedules the other side's reactions to a message: it reads, types, answers and likes within seconds.
  mutating func scheduleLife(after message: MessageRecord) {
    let chat = message.chatID
    schedule(.messageSent(message.id))
    schedule(.messageRead(message.id), afterSeconds: 0.5)
    schedule(.typing(chat: chat, isShown: true), afterSeconds: 1)
    schedule(.typing(chat: chat, isShown: false), afterSeconds: 1.9)
    for number in 1...repliesPerMessage {
      let text = repliesPerMessage == 1 ? "Thanks! This is my reply." : "Message \(number) of a burst."
      schedule(.reply(chat: chat, text: text), afterSeconds: 2, isBurst: repliesPerMessage > 1)
    }
    schedule(.reaction(message: message.id, type: "like"), afterSeconds: 3)
  }

  /// Adds a message to an existing chat.
  mutating func add(
    text: String,
    from sender: HandleRecord,
    to chatID: Int,
    attachments: [AttachmentRecord],
    at now: Timestamp
  ) -> MessageRecord {
    let message = MessageRecord(
      id: nextID(),
      chatID: chatID,
      text: text,
      sender: sender,
      sentAt: now,
      deliveredAt: sender.isMe ? nil : now,
      attachments: attachments
    )
    messages[message.id] = message
    chats[chatID]?.messageIDs.append(message.id)
    return message
  }

  /// Adds a reaction to a message; it replaces an earlier one of the same person.
  mutating func add(
    reaction type: String,
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

  private func fact(
    ofMessage id: Int,
    _ make: (MessageRecord, ChatRecord) -> EventFact
  ) -> EventFact? {
    guard let message = messages[id], let chat = chats[message.chatID] else { return nil }
    return make(message, chat)
  }

  private func fact(
    of reaction: ReactionRecord,
    _ make: (ReactionRecord, MessageRecord, ChatRecord) -> EventFact
  ) -> EventFact? {
    guard let message = messages[reaction.messageID], let chat = chats[reaction.chatID] else { return nil }
    return make(reaction, message, chat)
  }
}
