import LinqEvents

/// An event in the form in which it is sent.
struct EventBody: Sendable {
  let id: String
  let type: String
  /// The chat's id, in the form of the event's version.
  let chatID: String
  let bytes: [UInt8]

  /// Nil when this version has no such event.
  init?(_ fact: EventFact, api: SandboxConfiguration.APIVersion, id: String, createdAt: Timestamp) {
    self.id = id
    switch api {
    case .v2:
      guard let type = fact.typeInV2 else { return nil }
      self.type = type
      chatID = String(fact.chat.id)
      let event: JSONValue = [
        "api_version": "v2", "created_at": createdAt.text, "data": EventDataV2.data(of: fact, at: createdAt),
        "event_id": .text(id), "event_type": .text(type),
      ]
      bytes = event.compactBytes
    case .v3:
      type = fact.typeInV3
      chatID = Identifier.uuid(of: fact.chat.id)
      let event: JSONValue = [
        "api_version": "v3", "webhook_version": "2026-02-03", "event_type": .text(type),
        "event_id": .text(id), "created_at": createdAt.text,
        "trace_id": .text(String(id.filter { $0 != "-" })), "partner_id": "partner-sandbox",
        "data": EventDataV3.data(of: fact, at: createdAt),
      ]
      bytes = event.compactBytes
    }
  }
}
