import LinqEvents
import Testing

@Suite struct MessageViewJSONTests {
  @Test func fieldsStandInTheOrderOfTheManual() {
    #expect(
      MessageView.fieldNames == [
        "event_id", "event_type", "version", "created_at", "message_id", "chat_id", "is_group", "line",
        "from",
        "is_own", "service", "text", "parts", "reply_to", "reaction", "sent_at", "is_reconciled",
        "is_opted_out",
      ]
    )
  }

  @Test func whatTheEventDoesNotSayIsNull() {
    guard case .object(let members) = MessageView().json else { return }
    #expect(members.allSatisfy { $0.value == .null })
  }

  @Test func partsCarryWhereAFileLies() throws {
    var view = MessageView()
    var saved = MessagePart.Media()
    saved.path = "/var/lib/linqhook/media/a/photo.jpg"
    var lost = MessagePart.Media()
    lost.error = "Linq no longer has it."
    view.parts = [.media(saved), .media(lost), .link("https://x")]
    let json = String(decoding: view.json.compactBytes, as: UTF8.self)
    let none = #""id":null,"url":null,"mime_type":null,"filename":null,"bytes":null"#
    #expect(json.contains(#"{"type":"media",\#(none),"path":"/var/lib/linqhook/media/a/photo.jpg"}"#))
    #expect(json.contains(#"{"type":"media",\#(none),"path":null,"error":"Linq no longer has it."}"#))
    #expect(json.contains(#"{"type":"link","value":"https://x"}"#))
  }

  /// Every type of every version has a sample that the view can read: the chat and the message where there is one.
  @Test(arguments: SampleEvent.Version.allCases)
  func everySampleIsRead(version: SampleEvent.Version) throws {
    for type in SampleEvent.types(in: version) {
      let sample = try #require(
        SampleEvent.make(
          type: type,
          version: version,
          eventID: "id-1",
          createdAtMilliseconds: 1_770_319_873_736
        )
      )
      let view = MessageView(event: sample)
      let envelope = try EventEnvelope.read(sample.compactBytes)
      #expect(view.eventType == type && view.eventID == "id-1" && view.version == version.rawValue)
      #expect(view.createdAt == "2026-02-05T19:31:13.736Z")
      #expect(view.chatID == envelope.chatID && view.from == envelope.sender, "\(type)")
    }
  }
}
