import HTTPClient
import LinqEvents

extension LinqClient {
  /// Sends a message to people, in the chat that exists with them or in a new one.
  ///
  /// Without files the request is JSON, as Linq's guide shows it; with files it is a form.
  public func startChat(
    from sender: PhoneNumber,
    to recipients: [PhoneNumber],
    message: OutgoingMessage
  ) async throws(LinqAPIError) -> APIAnswer<StartedChat> {
    let body: APICall.Body =
      message.attachmentFiles.isEmpty
      ? .json([
        "send_from": "\(sender.description)",
        "chat": ["phone_numbers": .array(recipients.map { "\($0.description)" })],
        "message": message.json,
      ])
      : .form(
        [MultipartPart(name: "send_from", text: sender.description)]
          + recipients.map { MultipartPart(name: "chat[phone_numbers][]", text: $0.description) }
          + message.formParts
      )
    let call = APICall(method: .post, path: "chats", body: body, repetition: message.repetition)
    return try await perform(call, as: Enveloped<StartedChat>.self).map(\.data)
  }

  /// Finds the chat that one of your lines has with these people; nil when there is none.
  public func findChat(
    line: PhoneNumber,
    with people: [PhoneNumber]
  ) async throws(LinqAPIError) -> APIAnswer<Chat?> {
    let call = APICall(
      method: .get,
      path: "chats/find",
      query: [(name: "phone_number", value: line.description)]
        + people.map { (name: "phone_numbers[]", value: $0.description) }
    )
    return try await perform(call, as: Enveloped<FoundChat>.self).map(\.data.chat)
  }

  /// Sends a message into a chat.
  public func sendMessage(
    _ message: OutgoingMessage,
    toChat chat: ResourceID
  ) async throws(LinqAPIError) -> APIAnswer<ChatMessage> {
    let call = APICall(
      method: .post,
      path: "chats/\(chat)/chat_messages",
      body: .form(message.formParts),
      repetition: message.repetition
    )
    return try await perform(call, as: Enveloped<ChatMessage>.self).map(\.data)
  }

  /// Adds your reaction to a message, or removes it.
  public func react(
    to message: ResourceID,
    with type: ReactionType,
    isRemoval: Bool = false
  ) async throws(LinqAPIError) -> APIAnswer<Reaction> {
    let call = APICall(
      method: .post,
      path: "chat_messages/\(message)/reactions",
      body: .json(["type": "\(type.rawValue)", "operation": isRemoval ? "remove" : "add"])
    )
    return try await perform(call, as: Enveloped<Reaction>.self).map(\.data)
  }
}

/// Most answers are in the member `data`.
struct Enveloped<Value: Decodable & Sendable>: Decodable, Sendable {
  let data: Value
}

private struct FoundChat: Decodable, Sendable {
  let chat: Chat?
}
