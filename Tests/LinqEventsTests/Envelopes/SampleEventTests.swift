import LinqEvents
import Testing

@Suite struct SampleEventTests {
  private static let everySample = SampleEvent.Version.allCases.flatMap { version in
    SampleEvent.types(in: version).map { (version, $0) }
  }

  /// Families of which Linq's texts say that no chat, or nobody in particular, belongs to them.
  private static let withoutChat: Set = ["contact", "payment", "connection", "contact_card", "phone_number"]
  private static let withoutSender: Set = [
    "typing_indicator", "contact", "participant", "chat", "phone_number", "payment", "connection",
  ]
  private static let account = Set(EventTypes.v3Groups.first { $0.name == "account" }?.types ?? [])

  @Test(arguments: everySample)
  func sampleIsReadAsItsTypeSays(version: SampleEvent.Version, type: String) throws {
    let sample = try #require(
      SampleEvent.make(
        type: type,
        version: version,
        eventID: "id-1",
        createdAtMilliseconds: 1_770_319_873_736
      )
    )
    let envelope = try EventEnvelope.read(sample.compactBytes)
    #expect(envelope.eventType == type && envelope.eventID == "id-1")
    #expect(envelope.createdAt == "2026-02-05T19:31:13.736Z")
    #expect(envelope.createdAtMilliseconds == 1_770_319_873_736)
    #expect(envelope.apiVersion == (version == .v2 ? "v2" : "v3"))
    #expect(envelope.webhookVersion == (version == .v2 ? nil : version.rawValue))
    #expect(UnknownParts(in: envelope).isEmpty)
    let family = String(type.prefix { $0 != "." })
    let hasNoChat =
      Self.withoutChat.contains(family) || type == "call.completed" || Self.account.contains(type)
    #expect((envelope.chatID == nil) == hasNoChat)
    let hasNoSender =
      Self.account.contains(type) || type == "message.failed" || (type == "message.read" && version == .v2)
      || Self.withoutSender.contains(family)
    #expect((envelope.sender == nil) == hasNoSender)
  }

  @Test func everyTypeHasASampleInEachVersionThatDeliversIt() {
    #expect(SampleEvent.types(in: .v2) == EventTypes.v2)
    #expect(SampleEvent.types(in: .v3Of2026) == EventTypes.v3)
    // Linq delivers edits to subscriptions of 2026-02-03 only.
    #expect(SampleEvent.types(in: .v3Of2025) == EventTypes.v3.filter { $0 != "message.edited" })
  }

  @Test func unknownTypeHasNone() {
    #expect(
      SampleEvent.make(type: "no.such", version: .v2, eventID: "1", createdAtMilliseconds: 0) == nil
    )
  }

  @Test func sampleIsOneCompactLine() throws {
    let sample = try #require(
      SampleEvent.make(
        type: "message.received",
        version: .v2,
        eventID: "a\"\nb",
        createdAtMilliseconds: 0
      )
    )
    let bytes = sample.compactBytes
    #expect(JSONText.compactLine(bytes) == bytes)
    let eventID = try JSONPath("event_id").value(in: bytes.span)
    #expect(eventID == .string("a\"\nb"))
  }
}
