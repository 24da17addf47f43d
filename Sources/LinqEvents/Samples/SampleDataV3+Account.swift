// What people and programs change in the account itself: who, where, what, and for updates from what to what.
extension SampleDataV3 {
  static func account(_ type: String, _ timestamp: Timestamp) -> JSONValue {
    var members: [JSONValue.Member] = [
      JSONValue.Member("summary", JSONValue(type)), JSONValue.Member("occurred_at", timestamp.text),
      JSONValue.Member(
        "actor",
        ["type": "team_member", "id": "usr_71", "name": "Dana", "email": "dana@example.com"]
      ),
      JSONValue.Member("origin", "dashboard"),
    ]
    if let subject = subjects[String(type.prefix { $0 != "." })] { members.append(subject) }
    if let (old, new) = changes[type] {
      members.append(JSONValue.Member("change", ["from": old, "to": new]))
    }
    switch type {
    case "environment.deleted":
      members += [JSONValue.Member("lines_moved_to_production", 2), JSONValue.Member("tokens_revoked", 1)]
    case "team_member.signed_in": members.append(JSONValue.Member("method", "sso"))
    case "contact_card.updated":
      members.append(JSONValue.Member("change", ["name": ["from": "Acme", "to": "Acme Inc"]]))
    default: break
    }
    return .object(members)
  }

  private static let subjects: [String: JSONValue.Member] = [
    "zero_day_retention": JSONValue.Member("phone_number", line),
    "phone_number": JSONValue.Member("phone_number", line),
    "environment": JSONValue.Member(
      "environment",
      ["id": "env_2", "name": "Staging", "type": "environment"]
    ),
    "contact_card": JSONValue.Member("contact_card", ["id": "card_1", "name": "Acme"]),
    "api_token": JSONValue.Member("api_token", ["id": "tok_1", "name": "build"]),
    "webhook_subscription": JSONValue.Member(
      "webhook_subscription",
      ["id": "7f44c419-7d47-5989-9c2d-154bdf5ccb60", "target_url": "https://hooks.example.com/linq"]
    ),
    "team_member": JSONValue.Member("team_member", ["id": "usr_90", "name": "Eli", "role": "member"]),
  ]

  private static let changes: [String: (JSONValue, JSONValue)] = [
    "zero_day_retention.updated": (false, true),
    "phone_number.forwarding_updated": (.null, "+12025550188"),
    "environment.renamed": ("Staging", "QA"),
    "environment.line_moved": (
      ["id": .null, "name": "Production", "type": "production"],
      ["id": "env_2", "name": "Staging", "type": "environment"]
    ),
    "api_token.renamed": ("ci", "build"),
    "api_token.expiry_scheduled": (.null, "2026-12-31T00:00:00Z"),
    "webhook_subscription.target_url_changed": (
      "https://old.example.com/linq", "https://hooks.example.com/linq"
    ),
    "webhook_subscription.events.updated": (["message.received"], ["message.received", "message.edited"]),
    "webhook_subscription.phone_numbers.updated": (.null, [line]),
    "webhook_subscription.routing_headers_set": (
      .null, ["routing_key_header": "X-Cell", "routing_id_header": "Linq-Chat-Id"]
    ),
    "webhook_subscription.routing_headers_cleared": (
      ["routing_key_header": "X-Cell", "routing_id_header": "Linq-Chat-Id"], .null
    ),
  ]
}
