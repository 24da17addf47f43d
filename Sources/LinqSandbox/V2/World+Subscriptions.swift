import LinqEvents

extension World {
  mutating func createSubscription(_ fields: JSONValue, at now: Timestamp) throws(CallRejection) -> Reply {
    let input = try SubscriptionInput(fields, api: api)
    let record = SubscriptionRecord(
      id: nextID(),
      api: .v2,
      form: api == .v2 ? .v2 : .v3Of2026,
      url: input.url,
      version: input.version,
      events: input.events,
      isActive: input.isActive ?? true,
      secret: input.secret,
      createdAt: now,
      updatedAt: now
    )
    subscriptions[record.id] = record
    return Reply(201, ["webhook_subscription": record.json])
  }

  mutating func updateSubscription(_ id: Int, _ fields: JSONValue, at now: Timestamp) throws(CallRejection)
    -> Reply
  {
    guard var record = subscriptions[id], record.api == .v2 else { throw .notFound("webhook subscription") }
    let input = try SubscriptionInput(fields, api: api)
    record.url = input.url
    record.version = input.version
    record.events = input.events
    record.isActive = input.isActive ?? record.isActive
    record.secret = input.secret ?? record.secret
    record.updatedAt = now
    subscriptions[id] = record
    return Reply(200, ["webhook_subscription": record.json])
  }
}

/// The checked subscription of a call.
struct SubscriptionInput {
  let url: String
  let version: Int
  let events: [String]
  let isActive: Bool?
  let secret: String?

  init(_ body: JSONValue, api: SandboxConfiguration.APIVersion) throws(CallRejection) {
    guard let fields = body["webhook_subscription"] else { throw .missing("webhook_subscription") }
    guard let url = fields["webhook_url"] else { throw .missing("webhook_url") }
    guard let url = url.asText, WebhookURL.isAbsolute(url) else {
      throw .invalid("webhook_url must be an http or https URL.")
    }
    guard let version = fields["version"] else { throw .missing("version") }
    guard let version = version.asNumber, (1...3).contains(version) else {
      throw .invalid("version must be 2.")
    }
    self.url = url
    self.version = version
    events = try Self.events(fields["events"], api: api)
    isActive = fields["active"]?.asFlag
    secret = fields["secret"]?.asText.flatMap { $0.isEmpty ? nil : $0 }
    if fields["active"] != nil, isActive == nil { throw .invalid("active must be true or false.") }
    if fields["secret"] != nil, secret == nil { throw .invalid("secret must be a text that is not empty.") }
  }

  private static func events(
    _ value: JSONValue?,
    api: SandboxConfiguration.APIVersion
  ) throws(CallRejection) -> [String] {
    guard let value else { throw .missing("events") }
    let known = api == .v2 ? EventTypes.v2 : EventTypes.all
    let events = value.asList?.compactMap(\.asText)
    guard let events, !events.isEmpty, events.count == value.asList?.count else {
      throw .invalid("events must be a list of event types.")
    }
    if let unknown = events.first(where: { !known.contains($0) }) {
      throw .invalid("events has \(unknown.debugDescription), which is no event type.")
    }
    return events
  }
}
