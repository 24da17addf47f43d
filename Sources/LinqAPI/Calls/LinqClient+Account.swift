import LinqEvents

extension LinqClient {
  /// The lines that you can send from.
  public func phoneNumbers() async throws(LinqAPIError) -> APIAnswer<[LinqNumber]> {
    try await perform(APICall(method: .get, path: "phone_numbers"), as: NumberList.self).map(\.phoneNumbers)
  }

  /// All webhook subscriptions of the account.
  public func subscriptions() async throws(LinqAPIError) -> APIAnswer<[WebhookSubscription]> {
    try await perform(APICall(method: .get, path: "webhook_subscriptions"), as: SubscriptionList.self)
      .map(\.webhookSubscriptions)
  }

  /// Makes a subscription.
  public func createSubscription(
    _ draft: WebhookSubscriptionDraft
  ) async throws(LinqAPIError) -> APIAnswer<WebhookSubscription> {
    let call = APICall(
      method: .post,
      path: "webhook_subscriptions",
      body: .json(draft.json),
      repetition: .addsAnother
    )
    return try await perform(call, as: OneSubscription.self).map(\.webhookSubscription)
  }

  /// Replaces a subscription; a draft without a secret keeps the present secret.
  public func updateSubscription(
    _ id: ResourceID,
    to draft: WebhookSubscriptionDraft
  ) async throws(LinqAPIError) -> APIAnswer<WebhookSubscription> {
    let call = APICall(method: .put, path: "webhook_subscriptions/\(id)", body: .json(draft.json))
    return try await perform(call, as: OneSubscription.self).map(\.webhookSubscription)
  }

  /// Deletes a subscription.
  public func deleteSubscription(_ id: ResourceID) async throws(LinqAPIError) {
    try await perform(APICall(method: .delete, path: "webhook_subscriptions/\(id)"))
  }
}

extension WebhookSubscriptionDraft {
  fileprivate var json: JSONValue {
    var members = [
      JSONValue.Member("webhook_url", "\(webhookURL)"),
      .init("events", .array(events.map { "\($0)" })),
      .init("version", .scalar(.number(String(version)))),
      .init("active", .scalar(.bool(isActive))),
    ]
    if let secret { members.append(.init("secret", "\(secret)")) }
    return ["webhook_subscription": .object(members)]
  }
}

private struct NumberList: Decodable, Sendable {
  let phoneNumbers: [LinqNumber]
}

private struct SubscriptionList: Decodable, Sendable {
  let webhookSubscriptions: [WebhookSubscription]
}

private struct OneSubscription: Decodable, Sendable {
  let webhookSubscription: WebhookSubscription
}
