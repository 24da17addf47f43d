import LinqEvents
import Testing

@Suite struct SampleEventTests {
  private static let everySample = SampleEvent.Version.allCases.flatMap { version in
    SampleEvent.types(in: version).map { (version, $0) }
  }

  /// Types of which Linq's texts say that no chat, or nobody in particular, belongs to them.
  private static let withoutChat: Set = [
    "contact.created", "contact.updated", "contact.deleted", "call.completed", "phone_number.status_updated",
  ]
  private static let withoutSender: Set = [
    "message.read", "message.failed", "typing_indicator.received", "typing_indicator.removed",
    "contact.created", "contact.updated", "contact.deleted", "participant.added", "participant.removed",
    "chat.created", "chat.group_name_updated", "chat.group_icon_updated", "chat.typing_indicator.started",
    "chat.typing_indicator.stopped", "phone_number.status_updated",
  ]

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
    #expect((envelope.chatID == nil) == Self.withoutChat.contains(type))
    let readInV3 = type == "message.read" && version != .v2
    #expect((envelope.sender == nil) == (Self.withoutSender.contains(type) && !readInV3))
  }

  @Test func everyTypeOfV2AndTheMainOnesOfV3HaveASample() {
    #expect(SampleEvent.types(in: .v2) == EventTypes.v2)
    for type in [
      "message.received", "message.sent", "message.delivered", "message.failed", "reaction.added",
      "chat.created",
      "chat.typing_indicator.started", "participant.added", "call.ended", "phone_number.status_updated",
    ] {
      #expect(
        SampleEvent.types(in: .v3Of2025).contains(type) && SampleEvent.types(in: .v3Of2026).contains(type)
      )
    }
    #expect(SampleEvent.types(in: .v3Of2026).contains("message.edited"))
    // Linq delivers edits to subscriptions of 2026-02-03 only.
    #expect(!SampleEvent.types(in: .v3Of2025).contains("message.edited"))
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
