import LinqEvents
import LinqhookInbox
import Testing

/// Events as an inbox holds them.
enum TestEvent {
  /// A message of a person into a chat, in the newest shape of V3.
  static func message(
    id: String,
    chat: String,
    message: String = "b9571e22-2937-5f80-96e1-d5ed83d8265c",
    text: String? = "Hello",
    changes: [(path: String, value: JSONValue)] = []
  ) throws -> StoredEvent {
    let sample = SampleEvent.make(
      type: "message.received",
      version: .v3Of2026,
      eventID: id,
      createdAtMilliseconds: 1_790_000_000_000
    )
    var json = try #require(sample)
    try set("data.chat.id", JSONValue(chat), in: &json)
    try set("data.id", JSONValue(message), in: &json)
    if let text { try set("data.parts", [["type": "text", "value": JSONValue(text)]], in: &json) }
    for change in changes { try set(change.path, change.value, in: &json) }
    return try stored(json)
  }

  /// A message in the shape of V2.
  static func messageV2(id: String, chat: String, message: String, text: String = "Hello") throws
    -> StoredEvent
  {
    let sample = SampleEvent.make(
      type: "message.received",
      version: .v2,
      eventID: id,
      createdAtMilliseconds: 1_790_000_000_000
    )
    var json = try #require(sample)
    try set("data.chat_id", JSONValue(chat), in: &json)
    try set("data.id", JSONValue(message), in: &json)
    try set("data.text", JSONValue(text), in: &json)
    return try stored(json)
  }

  /// The event of this JSON.
  static func stored(_ json: JSONValue) throws -> StoredEvent {
    let payload = json.compactBytes
    let envelope = EventEnvelope(
      eventType: json[member: "event_type"]?.string ?? "",
      eventID: json[member: "event_id"]?.string
    )
    return StoredEvent(
      sequence: 1,
      eventID: try #require(envelope.eventID),
      envelope: envelope,
      source: nil,
      receivedAtMilliseconds: 0,
      payload: payload
    )
  }

  private static func set(_ path: String, _ value: JSONValue, in json: inout JSONValue) throws {
    let isSet = json.set(value, at: try JSONPath(path))
    try #require(isSet)
  }
}
