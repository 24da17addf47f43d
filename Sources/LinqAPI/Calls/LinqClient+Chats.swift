// What callers see of chats and messages, in both versions of the API.
extension LinqClient {
  /// Sends a message to people, in the chat that exists with them or in a new one.
  public func startChat(
    from sender: PhoneNumber,
    to recipients: [PhoneNumber],
    message: OutgoingMessage
  ) async throws(LinqAPIError) -> APIResponse<StartedChat> {
    switch version {
    case .v2: try await v2StartChat(from: sender, to: recipients, message: try message.withoutReply())
    case .v3: try await v3StartChat(from: sender, to: recipients, message: message)
    }
  }

  /// Finds the chat that one of your lines has with these people; nil when there is none.
  public func findChat(
    line: PhoneNumber,
    with people: [PhoneNumber]
  ) async throws(LinqAPIError) -> APIResponse<Chat?> {
    switch version {
    case .v2: try await v2FindChat(line: line, with: people)
    case .v3: try await v3FindChat(line: line, with: people)
    }
  }

  /// Sends a message into a chat.
  public func sendMessage(
    _ message: OutgoingMessage,
    toChat chat: ResourceID
  ) async throws(LinqAPIError) -> APIResponse<ChatMessage> {
    switch version {
    case .v2: try await v2SendMessage(try message.withoutReply(), toChat: chat)
    case .v3: try await v3SendMessage(message, toChat: chat)
    }
  }

  /// Adds a reaction of yours to a message, or takes it away.
  ///
  /// - Throws: ``LinqAPIError/Code-swift.enum/unsupported`` for an emoji or a part in V2.
  public func react(
    to target: MessageTarget,
    with reaction: ReactionType,
    isRemoval: Bool = false
  ) async throws(LinqAPIError) -> APIResponse<Reaction> {
    switch (version, reaction) {
    case (.v3, _): return try await v3React(to: target, with: reaction, isRemoval: isRemoval)
    case (.v2, .tapback(let tapback)):
      guard target.partIndex == nil else { throw .unsupported("reacting to one part of a message", in: .v2) }
      return try await v2React(to: target.messageID, with: tapback, isRemoval: isRemoval)
    case (.v2, .emoji): throw .unsupported("reacting with an emoji", in: .v2)
    }
  }

  /// Shows that you are typing, for about a minute and a half or until something is sent, or stops showing it.
  public func setTyping(_ isTyping: Bool, inChat chat: ResourceID) async throws(LinqAPIError) {
    switch version {
    case .v2:
      let path = "chats/\(chat)/\(isTyping ? "start_typing" : "stop_typing")"
      try await perform(APICall(version: .v2, method: isTyping ? .post : .delete, path: path))
    case .v3:
      let method: APICall.Method = isTyping ? .post : .delete
      try await perform(APICall(version: .v3, method: method, path: "chats/\(chat)/typing"))
    }
  }

  /// Marks all messages of a chat as read.
  public func markRead(chat: ResourceID) async throws(LinqAPIError) {
    switch version {
    case .v2: try await perform(APICall(version: .v2, method: .put, path: "chats/\(chat)/mark_as_read"))
    case .v3: try await perform(APICall(version: .v3, method: .post, path: "chats/\(chat)/read"))
    }
  }

  /// Messages of a chat, a page at a time. V2 gives its newest page only.
  ///
  /// - Parameters:
  ///   - cursor: what the page before said; nil for the first.
  ///   - limit: 1 to 100.
  public func messages(
    ofChat chat: ResourceID,
    cursor: String? = nil,
    limit: Int = 50
  ) async throws(LinqAPIError) -> APIResponse<Page<ChatMessage>> {
    switch version {
    case .v2: try await v2Messages(ofChat: chat, limit: limit)
    case .v3: try await v3Messages(ofChat: chat, cursor: cursor, limit: limit)
    }
  }

  /// One message; V3 only.
  public func message(_ id: ResourceID) async throws(LinqAPIError) -> APIResponse<ChatMessage> {
    guard version == .v3 else { throw .unsupported("one message without its chat", in: version) }
    return try await perform(APICall(version: .v3, method: .get, path: "messages/\(id)"), as: V3Message.self)
      .map(\.message)
  }
}

extension OutgoingMessage {
  fileprivate func withoutReply() throws(LinqAPIError) -> OutgoingMessage {
    guard replyTo == nil else { throw .unsupported("quoting the message that is answered", in: .v2) }
    return self
  }
}
