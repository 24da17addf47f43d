import LinqEvents

extension World {
  /// Plays a happening; nil when its message or chat is gone.
  mutating func live(through happening: ScheduledAction, at now: Timestamp) -> EventFact? {
    switch happening {
    case .chatCreated(let id): return chats[id].map { .chatCreated($0) }
    case .messageSent(let id):
      messages[id]?.wentOutAt = now
      return fact(ofMessage: id, at: now) { .messageSent($0, $1) }
    case .messageDelivered(let id):
      messages[id]?.deliveredAt = now
      messages[id]?.failedAt = nil
      return fact(ofMessage: id, at: now) { .messageDelivered($0, $1) }
    case .messageFailed(let id, let code):
      messages[id]?.failedAt = now
      return fact(ofMessage: id, at: now) { .messageFailed($0, $1, code: code) }
    case .messageRead(let id):
      messages[id]?.readAt = now
      return fact(ofMessage: id, at: now) { .messageRead($0, $1) }
    case .messageReceived(let id): return fact(ofMessage: id, at: now) { .messageReceived($0, $1) }
    case .messageRelayed(let id): return relay(messageID: id, at: now)
    case .messageEdited(let id, let index, let text):
      guard edit(messageID: id, partIndex: index, text: text, at: now) else { return nil }
      return fact(ofMessage: id, at: now) { .messageEdited($0, $1, partIndex: index) }
    case .ownMessageEdited(let id, let index):
      return fact(ofMessage: id, at: now) { .messageEdited($0, $1, partIndex: index) }
    case .typing(let chatID, let isShown): return chats[chatID].map { .typing($0, isShown: isShown) }
    case .reply(let chatID, let text): return reply(in: chatID, text: text, at: now)
    case .sample(let sample): return .sample(sample)
    case .reaction, .reactionReceived, .reactionSent, .reactionRemoved:
      return reactionFact(happening, at: now)
    }
  }

  private mutating func reactionFact(_ happening: ScheduledAction, at now: Timestamp) -> EventFact? {
    switch happening {
    case .reaction(let messageID, let type):
      guard let message = messages[messageID], let chat = chats[message.chatID],
        let person = chat.people.first, !optedOut.contains(person.number)
      else { return nil }
      let reaction = add(reaction: type, to: message, from: person, at: now)
      return .reactionReceived(reaction, message, chat)
    case .reactionReceived(let reaction, false): return fact(of: reaction) { .reactionReceived($0, $1, $2) }
    case .reactionReceived(let reaction, true), .reactionRemoved(let reaction):
      return fact(of: reaction) { .reactionRemoved($0, $1, $2) }
    case .reactionSent(let reaction): return fact(of: reaction) { .reactionSent($0, $1, $2) }
    default: return nil
    }
  }

  /// Schedules the other side's reactions to a message: it reads, types, answers and likes within seconds.
  mutating func scheduleLife(after message: MessageRecord) {
    let chat = message.chatID
    schedule(.messageSent(message.id))
    if scenarios.contains(.failedFirst) {
      schedule(.messageFailed(message.id, code: 4001), afterSeconds: 0.1)
    }
    schedule(.messageDelivered(message.id), afterSeconds: 0.3)
    schedule(.messageRead(message.id), afterSeconds: 0.5)
    if isForAnotherLine(message) { return schedule(.messageRelayed(message.id), afterSeconds: 0.3) }
    guard peopleAnswer else { return }
    schedule(.typing(chat: chat, isShown: true), afterSeconds: 1)
    schedule(.typing(chat: chat, isShown: false), afterSeconds: 1.9)
    for number in 1...repliesPerMessage {
      let text = repliesPerMessage == 1 ? "Thanks! This is my reply." : "Message \(number) of a burst."
      schedule(.reply(chat: chat, text: text), afterSeconds: 2, isBurst: repliesPerMessage > 1)
    }
    schedule(.reaction(message: message.id, type: "like"), afterSeconds: 3)
  }

  private func isForAnotherLine(_ message: MessageRecord) -> Bool {
    guard let people = chats[message.chatID]?.people, people.count == 1 else { return false }
    return lines.contains { $0.number == people[0].number }
  }

  /// What one line writes to another arrives there, in a chat of the other line, as from anybody else.
  private mutating func relay(messageID: Int, at now: Timestamp) -> EventFact? {
    guard let message = messages[messageID], let chat = chats[message.chatID],
      let line = chat.people.first?.number
    else { return nil }
    let sender = chat.line.number
    let there =
      self.chat(line: line, people: [sender])?.id
      ?? makeChat(line: line, people: [sender], name: nil, at: now)
    guard let person = chats[there]?.people.first else { return nil }
    let received = receive(message.parts, from: person, in: there, sentAt: message.sentAt, at: now)
    return fact(ofMessage: received.id, at: now) { .messageReceived($0, $1) }
  }

  /// The answer that a message gets by itself. A person who opted out says nothing more unasked.
  private mutating func reply(in chatID: Int, text: String, at now: Timestamp) -> EventFact? {
    guard let chat = chats[chatID], let person = chat.people.first, !optedOut.contains(person.number)
    else { return nil }
    let hours: Int64 = 5
    let isReconciled = scenarios.contains(.reconciled) && (chat.messageIDs.count / 2) % 2 == 1
    let message = receive(
      [.text(text, decorations: .null)],
      from: person,
      in: chatID,
      sentAt: isReconciled ? Timestamp(milliseconds: now.milliseconds - hours * 3_600_000) : now,
      reconciledAt: isReconciled ? now : nil,
      at: now
    )
    if scenarios.contains(.edited) {
      schedule(.messageEdited(message.id, partIndex: 0, text: "\(text) (corrected)"), afterSeconds: 1)
    }
    return fact(ofMessage: message.id, at: now) { .messageReceived($0, $1) }
  }

  private func fact(
    ofMessage id: Int,
    at now: Timestamp,
    _ make: (MessageRecord, ChatRecord) -> EventFact
  ) -> EventFact? {
    guard let message = messages[id], let chat = chats[message.chatID] else { return nil }
    return make(shown(message, at: now), chat)
  }

  private func fact(
    of reaction: ReactionRecord,
    _ make: (ReactionRecord, MessageRecord, ChatRecord) -> EventFact
  ) -> EventFact? {
    guard let message = messages[reaction.messageID], let chat = chats[reaction.chatID] else { return nil }
    return make(reaction, message, chat)
  }
}
