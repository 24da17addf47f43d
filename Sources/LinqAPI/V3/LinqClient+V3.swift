import LinqEvents

// Messages, chats and lines in Partner API V3.
extension LinqClient {
  func v3StartChat(
    from sender: PhoneNumber,
    to recipients: [PhoneNumber],
    message: OutgoingMessage
  ) async throws(LinqAPIError) -> APIResponse<StartedChat> {
    try Self.checkForV3(recipients: recipients)
    try message.checkForV3()
    let attachments = try await upload(message.attachmentFiles)
    let call = APICall(
      version: .v3,
      method: .post,
      path: "chats",
      body: .json([
        "from": JSONValue(sender.description), "to": .array(recipients.map { JSONValue($0.description) }),
        "message": message.v3JSON(attachments: attachments),
      ]),
      repetition: message.repetition
    )
    return try await perform(call, as: OneChat.self)
      .map { StartedChat(chat: $0.chat.chat, message: $0.chat.message?.message) }
  }

  /// The chat with exactly these people: the list can be asked for one of them only.
  func v3FindChat(
    line: PhoneNumber,
    with people: [PhoneNumber]
  ) async throws(LinqAPIError) -> APIResponse<Chat?> {
    let wanted = Set(people.map(\.description))
    var cursor: String?
    while true {
      var query = [(name: "from", value: line.description), (name: "limit", value: "100")]
      if let first = people.first { query.append((name: "to", value: first.description)) }
      if let cursor { query.append((name: "cursor", value: cursor)) }
      let page = try await perform(
        APICall(version: .v3, method: .get, path: "chats", query: query),
        as: ChatList.self
      )
      let found = page.value.chats.first { chat in
        Set((chat.handles ?? []).compactMap(\.handle)).subtracting([line.description]) == wanted
      }
      if found != nil || page.value.nextCursor == nil { return page.map { _ in found?.chat } }
      cursor = page.value.nextCursor
    }
  }

  func v3SendMessage(
    _ message: OutgoingMessage,
    toChat chat: ResourceID
  ) async throws(LinqAPIError) -> APIResponse<ChatMessage> {
    try message.checkForV3()
    let attachments = try await upload(message.attachmentFiles)
    let call = APICall(
      version: .v3,
      method: .post,
      path: "chats/\(chat)/messages",
      body: .json(["message": message.v3JSON(attachments: attachments)]),
      repetition: message.repetition
    )
    return try await perform(call, as: SentMessage.self).map(\.message.message)
  }

  func v3React(
    to target: MessageTarget,
    with reaction: ReactionType,
    isRemoval: Bool
  ) async throws(LinqAPIError) -> APIResponse<Reaction> {
    var members = [JSONValue.Member("operation", isRemoval ? "remove" : "add")]
    switch reaction {
    case .tapback(let tapback): members.append(.init("type", JSONValue(tapback.rawValue)))
    case .emoji(let emoji): members += [.init("type", "custom"), .init("custom_emoji", JSONValue(emoji))]
    }
    if let index = target.partIndex { members.append(.init("part_index", JSONValue(index))) }
    let call = APICall(
      version: .v3,
      method: .post,
      path: "messages/\(target.messageID)/reactions",
      body: .json(.object(members))
    )
    // Linq says only that the reaction is queued.
    return try await perform(call, as: Reaction.self)
  }

  func v3Numbers() async throws(LinqAPIError) -> APIResponse<[LinqNumber]> {
    try await perform(APICall(version: .v3, method: .get, path: "phone_numbers"), as: NumberList.self)
      .map(\.phoneNumbers)
  }

  func v3Capability(
    of address: String,
    for service: Capability.Service
  ) async throws(LinqAPIError) -> APIResponse<Capability> {
    let call = APICall(
      version: .v3,
      method: .post,
      path: "capability/check_\(service.rawValue)",
      body: .json(["address": JSONValue(address)])
    )
    return try await perform(call, as: Capability.self)
  }

  func v3Messages(
    ofChat chat: ResourceID,
    cursor: String?,
    limit: Int
  ) async throws(LinqAPIError) -> APIResponse<Page<ChatMessage>> {
    var query = [(name: "limit", value: String(limit))]
    if let cursor { query.append((name: "cursor", value: cursor)) }
    let call = APICall(version: .v3, method: .get, path: "chats/\(chat)/messages", query: query)
    return try await perform(call, as: MessageList.self)
      .map { Page(items: $0.messages.map(\.message), nextCursor: $0.nextCursor) }
  }
}

private struct NumberList: Decodable, Sendable { let phoneNumbers: [LinqNumber] }

private struct OneChat: Decodable, Sendable { let chat: V3Chat }

private struct SentMessage: Decodable, Sendable { let message: V3Message }

private struct ChatList: Decodable, Sendable {
  let chats: [V3Chat]
  let nextCursor: String?
}

private struct MessageList: Decodable, Sendable {
  let messages: [V3Message]
  let nextCursor: String?
}
