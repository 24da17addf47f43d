import LinqEvents

/// An event in the form in which it is sent.
struct EventBody: Sendable {
  let id: String
  let type: String
  /// The chat's id, in the form of the event's version; empty for an event of no chat.
  let chatID: String
  let form: SampleEvent.Version
  let bytes: [UInt8]

  /// Nil when this version has no such event.
  init?(_ fact: EventFact, form: SampleEvent.Version, id: String, createdAt: Timestamp) {
    self.id = id
    self.form = form
    guard let type = form == .v2 ? fact.typeInV2 : fact.typeInV3 else { return nil }
    self.type = type
    if case .sample(let sample) = fact {
      guard let event = sample.event(in: form, id: id, at: createdAt) else { return nil }
      let data = event["data"]
      let chat = data?["chat_id"] ?? data?["chat"]?["id"] ?? (type == "chat.created" ? data?["id"] : nil)
      chatID = chat?.asText ?? ""
      bytes = event.compactBytes
      return
    }
    let chat = fact.chat?.id
    chatID = chat.map { form == .v2 ? String($0) : Identifier.uuid(of: $0) } ?? ""
    switch form {
    case .v2:
      guard let data = EventDataV2.data(of: fact, at: createdAt) else { return nil }
      let event: JSONValue = [
        "api_version": "v2", "created_at": createdAt.text, "data": data,
        "event_id": .text(id), "event_type": .text(type),
      ]
      bytes = event.compactBytes
    case .v3Of2025, .v3Of2026:
      guard let data = EventDataV3.data(of: fact, form, at: createdAt) else { return nil }
      let event: JSONValue = [
        "api_version": "v3", "webhook_version": .text(form.rawValue), "event_type": .text(type),
        "event_id": .text(id), "created_at": createdAt.text,
        "trace_id": .text(String(id.filter { $0 != "-" })), "partner_id": "partner-sandbox", "data": data,
      ]
      bytes = event.compactBytes
    }
  }
}
