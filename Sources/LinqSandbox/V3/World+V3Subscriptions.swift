import FoundationEssentials
import LinqEvents

// Webhook subscriptions of V3.
extension World {
  mutating func performOnSubscription(_ call: V3Call, at now: Timestamp) throws(V3Rejection) -> Reply {
    switch call.operation {
    case .createSubscription: return try createSubscription(V3SubscriptionInput(try call.fields()), at: now)
    case .showSubscription(let id): return Reply(200, try v3Subscription(id).v3JSON)
    case .updateSubscription(let id):
      _ = try v3Subscription(id)
      return try updateSubscription(id, V3SubscriptionInput(try call.fields()), at: now)
    case .deleteSubscription(let id):
      _ = try v3Subscription(id)
      subscriptions[id] = nil
      return Reply(204)
    default:
      let list = subscriptions.values.filter { $0.api == .v3 }.sorted { $0.id < $1.id }
      return Reply(200, ["subscriptions": .array(list.map(\.v3JSON))])
    }
  }

  private func v3Subscription(_ id: Int) throws(V3Rejection) -> SubscriptionRecord {
    guard let record = subscriptions[id], record.api == .v3 else { throw .noSubscription }
    return record
  }

  private mutating func createSubscription(_ input: V3SubscriptionInput, at now: Timestamp)
    throws(V3Rejection) -> Reply
  {
    guard let url = input.url else { throw .missing("target_url") }
    guard let events = input.events else { throw .missing("subscribed_events") }
    try refuseDouble(url, besides: nil)
    var record = SubscriptionRecord(
      id: nextID(),
      api: .v3,
      form: try Self.form(of: url),
      url: url,
      version: 3,
      events: events,
      isActive: true,
      secret: "whsec_\(Data(Self.randomBytes(24)).base64EncodedString())",
      createdAt: now,
      updatedAt: now
    )
    record.phoneNumbers = input.phoneNumbers ?? []
    record.setRoutingHeaders(key: input.routingKeyHeader ?? nil, id: input.routingIDHeader ?? nil)
    subscriptions[record.id] = record
    return Reply(201, record.v3JSONWithSecret)
  }

  /// Members that are left out stay as they are.
  private mutating func updateSubscription(_ id: Int, _ input: V3SubscriptionInput, at now: Timestamp)
    throws(V3Rejection) -> Reply
  {
    var record = try v3Subscription(id)
    if let url = input.url {
      try refuseDouble(url, besides: id)
      record.form = try Self.form(of: url)
      record.url = url
    }
    record.events = input.events ?? record.events
    record.phoneNumbers = input.phoneNumbers ?? record.phoneNumbers
    record.isActive = input.isActive ?? record.isActive
    record.setRoutingHeaders(
      key: input.routingKeyHeader ?? record.routingKeyHeader,
      id: input.routingIDHeader ?? record.routingIDHeader
    )
    record.updatedAt = now
    subscriptions[id] = record
    return Reply(200, record.v3JSON)
  }

  private func refuseDouble(_ url: String, besides id: Int?) throws(V3Rejection) {
    guard !subscriptions.values.contains(where: { $0.api == .v3 && $0.url == url && $0.id != id }) else {
      throw V3Rejection(409, 1005, "Another subscription has this target_url.")
    }
  }

  /// The form of message events is in the query of the URL; without it the newest.
  private static func form(of url: String) throws(V3Rejection) -> SampleEvent.Version {
    let query = url.split(separator: "?", maxSplits: 1).dropFirst().first?.prefix { $0 != "#" }
    guard let version = QueryReading(query.map(String.init))["version"] else { return .v3Of2026 }
    guard let form = SampleEvent.Version(rawValue: version), form != .v2 else {
      throw .badValue("version must be 2025-01-01 or 2026-02-03.")
    }
    return form
  }

  private static func randomBytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0 ... .max) }
  }
}

extension SubscriptionRecord {
  /// Without the header of the key the one of the chat is ignored; with it, the chat's has a name of its own.
  fileprivate mutating func setRoutingHeaders(key: String?, id: String?) {
    routingKeyHeader = key
    routingIDHeader = key == nil ? nil : id ?? "Linq-Chat-Id"
  }
}

/// The members of a subscription that a call names. A doubly optional member may be null.
struct V3SubscriptionInput {
  let url: String?
  let events: [String]?
  let phoneNumbers: [String]?
  let isActive: Bool?
  let routingKeyHeader: String??
  let routingIDHeader: String??

  init(_ fields: V3Fields) throws(V3Rejection) {
    url = try fields.optionalText("target_url")
    if let url, !Self.isAllowed(url) {
      throw .badValue("target_url must be an https URL; on this machine and its local network also http.")
    }
    events = fields.json["subscribed_events"] == nil ? nil : try fields.texts("subscribed_events")
    if let events {
      guard !events.isEmpty else { throw .badValue("subscribed_events must not be empty.") }
      if let unknown = events.first(where: { !EventTypes.v3.contains($0) }) {
        throw .badValue("\(unknown.debugDescription) is no event type.")
      }
    }
    phoneNumbers = fields.has("phone_numbers") ? try fields.numbers("phone_numbers") : nil
    isActive = try fields.flag("is_active")
    routingKeyHeader = try Self.header("routing_key_header", of: fields)
    routingIDHeader = try Self.header("routing_id_header", of: fields)
  }

  private static func isAllowed(_ url: String) -> Bool {
    WebhookURL.isAbsolute(url) && (url.lowercased().hasPrefix("https://") || LocalHost.isLocal(url: url))
  }

  private static func header(_ name: String, of fields: V3Fields) throws(V3Rejection) -> String?? {
    guard fields.has(name) else { return nil }
    guard let text = try fields.optionalText(name) else { return .some(nil) }
    let isName =
      !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
    guard isName else { throw .badValue("\(name) must be the name of a header.") }
    return text
  }
}
