import LinqEvents
import LinqhookHTTPClient

// The calls of Partner API V2.
extension LinqClient {
  func v2StartChat(
    from sender: PhoneNumber,
    to recipients: [PhoneNumber],
    message: OutgoingMessage
  ) async throws(LinqAPIError) -> APIResponse<StartedChat> {
    // Without files the request is JSON, as Linq's guide shows it; with files it is a form.
    let body: APICall.Body =
      message.attachmentFiles.isEmpty
      ? .json([
        "send_from": JSONValue(sender.description),
        "chat": ["phone_numbers": .array(recipients.map { JSONValue($0.description) })],
        "message": message.v2JSON,
      ])
      : .form(
        [MultipartPart(name: "send_from", text: sender.description)]
          + recipients.map { MultipartPart(name: "chat[phone_numbers][]", text: $0.description) }
          + message.v2FormParts
      )
    let call = APICall(version: .v2, method: .post, path: "chats", body: body, repetition: message.repetition)
    return try await perform(call, as: V2Enveloped<V2StartedChat>.self).map(\.data.started)
  }

  func v2FindChat(
    line: PhoneNumber,
    with people: [PhoneNumber]
  ) async throws(LinqAPIError) -> APIResponse<Chat?> {
    let call = APICall(
      version: .v2,
      method: .get,
      path: "chats/find",
      query: [(name: "phone_number", value: line.description)]
        + people.map { (name: "phone_numbers[]", value: $0.description) }
    )
    return try await perform(call, as: V2Enveloped<FoundChat>.self).map { $0.data.chat?.chat }
  }

  func v2SendMessage(
    _ message: OutgoingMessage,
    toChat chat: ResourceID
  ) async throws(LinqAPIError) -> APIResponse<ChatMessage> {
    let call = APICall(
      version: .v2,
      method: .post,
      path: "chats/\(chat)/chat_messages",
      body: .form(message.v2FormParts),
      repetition: message.repetition
    )
    return try await perform(call, as: V2Enveloped<V2Message>.self).map(\.data.message)
  }

  func v2React(
    to message: ResourceID,
    with tapback: ReactionType.Tapback,
    isRemoval: Bool
  ) async throws(LinqAPIError) -> APIResponse<Reaction> {
    let call = APICall(
      version: .v2,
      method: .post,
      path: "chat_messages/\(message)/reactions",
      body: .json(["type": JSONValue(tapback.rawValue), "operation": isRemoval ? "remove" : "add"])
    )
    return try await perform(call, as: V2Enveloped<Reaction>.self).map(\.data)
  }

  func v2Numbers() async throws(LinqAPIError) -> APIResponse<[LinqNumber]> {
    try await perform(APICall(version: .v2, method: .get, path: "phone_numbers"), as: NumberList.self)
      .map(\.phoneNumbers)
  }

  func v2IsOnIMessage(_ number: PhoneNumber) async throws(LinqAPIError) -> APIResponse<Capability> {
    let call = APICall(
      version: .v2,
      method: .post,
      path: "i_message_availability/check",
      body: .json(["phone_number": JSONValue(number.description)])
    )
    return try await perform(call, as: Capability.self)
  }

  func v2Messages(ofChat chat: ResourceID, limit: Int) async throws(LinqAPIError) -> APIResponse<
    Page<ChatMessage>
  > {
    let call = APICall(
      version: .v2,
      method: .get,
      path: "chats/\(chat)/chat_messages",
      query: [(name: "per_page", value: String(limit))]
    )
    return try await perform(call, as: V2Enveloped<[V2Message]>.self)
      .map { Page(items: $0.data.map(\.message), nextCursor: nil) }
  }

  // MARK: Subscriptions

  func v2Subscriptions() async throws(LinqAPIError) -> APIResponse<[WebhookSubscription]> {
    let call = APICall(version: .v2, method: .get, path: "webhook_subscriptions")
    return try await perform(call, as: SubscriptionList.self)
      .map { $0.webhookSubscriptions.map(\.subscription) }
  }

  func v2CreateSubscription(
    _ draft: WebhookSubscriptionDraft
  ) async throws(LinqAPIError) -> APIResponse<WebhookSubscription> {
    let call = APICall(
      version: .v2,
      method: .post,
      path: "webhook_subscriptions",
      body: .json(Self.body(draft)),
      repetition: .addsAnother
    )
    return try await perform(call, as: OneSubscription.self).map(\.webhookSubscription.subscription)
  }

  /// The call replaces a subscription as a whole, so what stays has to be said again.
  func v2UpdateSubscription(
    _ id: ResourceID,
    _ change: WebhookSubscriptionChange
  ) async throws(LinqAPIError) -> APIResponse<WebhookSubscription> {
    guard let present = try await v2Subscriptions().value.first(where: { $0.id == id }) else {
      throw LinqAPIError(
        .invalidInput,
        "There is no subscription \(id). See: linqhook api subscriptions list"
      )
    }
    let draft = WebhookSubscriptionDraft(
      webhookURL: change.webhookURL ?? present.webhookURL,
      events: change.events ?? present.events,
      isActive: change.isActive ?? present.isActive,
      secret: change.secret
    )
    let call = APICall(
      version: .v2,
      method: .put,
      path: "webhook_subscriptions/\(id)",
      body: .json(Self.body(draft, version: present.version ?? 2))
    )
    return try await perform(call, as: OneSubscription.self).map(\.webhookSubscription.subscription)
  }

  private static func body(_ draft: WebhookSubscriptionDraft, version: Int = 2) -> JSONValue {
    var members = [
      JSONValue.Member("webhook_url", JSONValue(draft.webhookURL)),
      .init("events", .array(draft.events.map { JSONValue($0) })),
      .init("version", JSONValue(version)),
      .init("active", .scalar(.bool(draft.isActive))),
    ]
    if let secret = draft.secret { members.append(.init("secret", JSONValue(secret))) }
    return ["webhook_subscription": .object(members)]
  }
}

private struct NumberList: Decodable, Sendable { let phoneNumbers: [LinqNumber] }

private struct FoundChat: Decodable, Sendable { let chat: V2Chat? }

private struct SubscriptionList: Decodable, Sendable { let webhookSubscriptions: [V2Subscription] }

private struct OneSubscription: Decodable, Sendable { let webhookSubscription: V2Subscription }
