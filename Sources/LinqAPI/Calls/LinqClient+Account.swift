// What callers see of the account: lines, files, capabilities and webhook subscriptions.
extension LinqClient {
  /// The lines that you can send from.
  public func phoneNumbers() async throws(LinqAPIError) -> APIResponse<[LinqNumber]> {
    switch version {
    case .v2: try await v2Numbers()
    case .v3: try await v3Numbers()
    }
  }

  /// Whether somebody can be reached by a service. V2 knows iMessage only.
  public func capability(
    of address: String,
    for service: Capability.Service
  ) async throws(LinqAPIError) -> APIResponse<Capability> {
    if version == .v3 { return try await v3Capability(of: address, for: service) }
    guard service == .imessage else { throw .unsupported("asking for RCS", in: .v2) }
    let number: PhoneNumber
    do throws(PhoneNumberError) { number = try PhoneNumber(parsing: address) } catch {
      throw LinqAPIError(.invalidInput, error.description)
    }
    return try await v2IsOnIMessage(number)
  }

  /// A file that Linq keeps, with a URL that works now; V3 only.
  public func attachment(_ id: ResourceID) async throws(LinqAPIError) -> APIResponse<StoredAttachment> {
    guard version == .v3 else { throw .unsupported("attachments by id", in: version) }
    return try await v3Attachment(id)
  }

  /// All webhook subscriptions of the account.
  public func subscriptions() async throws(LinqAPIError) -> APIResponse<[WebhookSubscription]> {
    switch version {
    case .v2: try await v2Subscriptions()
    case .v3: try await v3Subscriptions()
    }
  }

  /// Makes a subscription. In V3 the answer has the signing secret, and no other answer ever does.
  public func createSubscription(
    _ draft: WebhookSubscriptionDraft
  ) async throws(LinqAPIError) -> APIResponse<WebhookSubscription> {
    switch version {
    case .v2: try await v2CreateSubscription(draft)
    case .v3: try await v3CreateSubscription(draft)
    }
  }

  /// Changes what is named, and nothing else.
  public func updateSubscription(
    _ id: ResourceID,
    _ change: WebhookSubscriptionChange
  ) async throws(LinqAPIError) -> APIResponse<WebhookSubscription> {
    switch version {
    case .v2:
      guard change.phoneNumbers == nil else { throw .unsupported("a filter of lines", in: .v2) }
      return try await v2UpdateSubscription(id, change)
    case .v3: return try await v3UpdateSubscription(id, change)
    }
  }

  /// Deletes a subscription.
  public func deleteSubscription(_ id: ResourceID) async throws(LinqAPIError) {
    let folder = version == .v2 ? "webhook_subscriptions" : "webhook-subscriptions"
    try await perform(APICall(version: version, method: .delete, path: "\(folder)/\(id)"))
  }

  /// The event types that Linq offers now; V3 only.
  public func eventTypes() async throws(LinqAPIError) -> APIResponse<[String]> {
    guard version == .v3 else { throw .unsupported("the list of event types", in: version) }
    return try await v3EventTypes()
  }
}
