import LinqEvents

// Webhook subscriptions in Partner API V3.
extension LinqClient {
  func v3Subscriptions() async throws(LinqAPIError) -> APIResponse<[WebhookSubscription]> {
    let call = APICall(version: .v3, method: .get, path: "webhook-subscriptions")
    return try await perform(call, as: SubscriptionList.self).map { $0.subscriptions.map(\.subscription) }
  }

  func v3CreateSubscription(
    _ draft: WebhookSubscriptionDraft
  ) async throws(LinqAPIError) -> APIResponse<WebhookSubscription> {
    guard draft.secret == nil, draft.isActive else {
      throw LinqAPIError.unsupported("a subscription with a secret of yours, or an inactive one", in: .v3)
    }
    var members = [
      JSONValue.Member("target_url", JSONValue(draft.webhookURL)),
      .init("subscribed_events", .array(draft.events.map { JSONValue($0) })),
    ]
    if !draft.phoneNumbers.isEmpty { members.append(.init("phone_numbers", Self.list(draft.phoneNumbers))) }
    if let name = draft.routingKeyHeader { members.append(.init("routing_key_header", JSONValue(name))) }
    if let name = draft.routingIDHeader { members.append(.init("routing_id_header", JSONValue(name))) }
    let call = APICall(
      version: .v3,
      method: .post,
      path: "webhook-subscriptions",
      body: .json(.object(members)),
      repetition: .addsAnother
    )
    return try await perform(call, as: V3Subscription.self).map(\.subscription)
  }

  func v3UpdateSubscription(
    _ id: ResourceID,
    _ change: WebhookSubscriptionChange
  ) async throws(LinqAPIError) -> APIResponse<WebhookSubscription> {
    guard change.secret == nil else {
      throw LinqAPIError.unsupported("changing a subscription's secret", in: .v3)
        .adding("In V3 a new secret means a new subscription.")
    }
    let members = [
      change.webhookURL.map { JSONValue.Member("target_url", JSONValue($0)) },
      change.events.map { JSONValue.Member("subscribed_events", .array($0.map { JSONValue($0) })) },
      change.phoneNumbers.map { JSONValue.Member("phone_numbers", $0.isEmpty ? .null : Self.list($0)) },
      change.isActive.map { JSONValue.Member("is_active", .scalar(.bool($0))) },
    ].compactMap(\.self)
    let call = APICall(
      version: .v3,
      method: .put,
      path: "webhook-subscriptions/\(id)",
      body: .json(.object(members))
    )
    return try await perform(call, as: V3Subscription.self).map(\.subscription)
  }

  func v3EventTypes() async throws(LinqAPIError) -> APIResponse<[String]> {
    try await perform(APICall(version: .v3, method: .get, path: "webhook-events"), as: EventList.self)
      .map(\.events)
  }

  private static func list(_ numbers: [PhoneNumber]) -> JSONValue {
    .array(numbers.map { JSONValue($0.description) })
  }
}

private struct SubscriptionList: Decodable, Sendable { let subscriptions: [V3Subscription] }

private struct EventList: Decodable, Sendable { let events: [String] }
