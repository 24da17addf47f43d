import LinqEvents
import Testing

@Suite struct MessageViewTests {
  @Test(arguments: SampleEvent.Version.allCases)
  func receivedMessageIsTheSameInEveryShape(version: SampleEvent.Version) throws {
    let view = try MessageView(event: ConversationFixture.received.event(version))
    var media = MessagePart.Media()
    media.id = "a-1"
    media.url = "https://cdn.example/a"
    media.mimeType = "image/jpeg"
    media.filename = "ä.jpg"
    media.byteCount = 1024
    #expect(view.messageID == "m-1" && view.chatID == "c-1" && view.isGroup == false)
    #expect(view.line == "+12025550100" && view.from == "+12025550147" && view.isOwn == false)
    #expect(view.text == "Hello" && view.parts == [.text("Hello"), .media(media)])
    #expect(view.service == "iMessage" && view.replyTo == nil && view.reaction == nil)
    #expect(view.sentAt == "2026-02-05T19:31:12.000Z" && view.createdAt == "2026-02-05T19:31:13.736Z")
    #expect(view.version == version.rawValue)
    // Only the newest shape says whether a message was recovered late.
    #expect(view.isReconciled == (version == .v3Of2026 ? false : nil) && view.isOptedOut == nil)
  }

  @Test(arguments: SampleEvent.Version.allCases)
  func sentMessageIsOurOwnInEveryShape(version: SampleEvent.Version) throws {
    let view = try MessageView(event: ConversationFixture.sent.event(version))
    #expect(view.isOwn == true && view.from == "+12025550100" && view.line == "+12025550100")
    #expect(view.text == "Yes" && view.parts == [.text("Yes")] && view.messageID == "m-2")
    #expect(view.sentAt == "2026-02-05T19:31:12.000Z")
  }

  @Test(arguments: SampleEvent.Version.allCases)
  func reactionNamesItsMessageInEveryShape(version: SampleEvent.Version) throws {
    let view = try MessageView(event: ConversationFixture.reaction.event(version))
    let reaction = try #require(view.reaction)
    #expect(reaction.kind == "love" && reaction.operation == .add && reaction.emoji == nil)
    #expect(reaction.target?.messageID == "m-2" && view.messageID == "m-2" && view.chatID == "c-1")
    // V2 does not name the part, and V3 neither the group nor the line.
    #expect(reaction.target?.partIndex == (version == .v2 ? nil : 0))
    #expect(view.isGroup == (version == .v2 ? false : nil))
    #expect(view.from == "+12025550147" && view.isOwn == false)
    #expect(view.text == nil && view.parts == nil && view.isReconciled == nil && view.sentAt == nil)
  }

  @Test(arguments: [
    (
      #"[{"type":"text","value":"a"},{"type":"link","value":"https://x"},{"type":"text","value":"b"}]"#,
      "a\nhttps://x\nb"
    ),
    (#"[{"type":"media","id":"1"}]"#, ""), ("[]", ""),
    (#"[{"type":"imessage_app","layout":{"caption":"Cap"},"fallback_text":"Fall"}]"#, "Fall"),
    (#"[{"type":"imessage_app","layout":{"caption":"Cap"},"fallback_text":null}]"#, "Cap"),
    (#"[{"type":"imessage_app","layout":{}}]"#, ""),
    (#"[{"type":"hologram","value":"not a text"},{"type":"text","value":"x"}]"#, "x"),
  ])
  func textJoinsWhatPartsSay(parts: String, text: String) throws {
    #expect(try message(#""parts":\#(parts)"#).text == text)
  }

  @Test func partOfAnotherTypeKeepsItsTypeAndNothingElse() throws {
    let view = try message(#""parts":[{"type":"hologram","url":"https://x","value":"v"}]"#)
    #expect(view.parts == [.other(type: "hologram")])
    let json = String(decoding: view.json.compactBytes, as: UTF8.self)
    #expect(json.contains(#""parts":[{"type":"hologram"}]"#))
  }

  @Test func recoveredAndOptedOutMessagesAreKnown() throws {
    let late = try message(#""parts":[],"reconciled_at":"2026-02-05T20:00:00Z""#)
    #expect(late.isReconciled == true)
    let nulled = try message(#""parts":[],"reconciled_at":null"#)
    #expect(nulled.isReconciled == false)
    let out = try message(#""chat":{"id":"c","health_status":{"status":"OPTED_OUT"}}"#)
    let healthy = try message(#""chat":{"id":"c","health_status":{"status":"AT_RISK"}}"#)
    #expect(out.isOptedOut == true && healthy.isOptedOut == false)
  }

  @Test func replyNamesItsMessageAndPart() throws {
    let view = try message(#""reply_to":{"message_id":"m-0","part_index":2}"#)
    #expect(view.replyTo == MessageReference(messageID: "m-0", partIndex: 2))
    #expect(try message(#""reply_to":{"message_id":null}"#).replyTo == nil)
  }

  @Test func emojiAndRemovedReactionsAreTold() throws {
    let view = try MessageView(
      event: Array(
        #"""
        {"api_version":"v3","webhook_version":"2026-02-03","event_type":"reaction.removed","event_id":"e",
         "data":{"chat_id":"c","message_id":"m","part_index":1,"reaction_type":"custom","custom_emoji":"🫡",
         "is_from_me":true,"from_handle":{"handle":"+12025550100"}}}
        """#.utf8
      )
    )
    #expect(
      view.reaction?.kind == "custom" && view.reaction?.emoji == "🫡" && view.reaction?.operation == .remove
    )
    #expect(view.line == "+12025550100" && view.isOwn == true)
  }

  @Test func unknownVersionKeepsTheEnvelopeOnly() throws {
    let view = try MessageView(
      event: Array(
        #"""
        {"api_version":"v3","webhook_version":"2027-01-15","event_type":"message.received","event_id":"e",
         "created_at":"2027-01-15T00:00:00Z","data":{"chat_id":"c","message":{"id":"m"}}}
        """#.utf8
      )
    )
    var expected = MessageView()
    expected.eventID = "e"
    expected.eventType = "message.received"
    expected.version = "2027-01-15"
    expected.createdAt = "2027-01-15T00:00:00.000Z"
    #expect(view == expected)
  }

  @Test(arguments: [
    (
      "location.sharing.started",
      #"{"shared_by":"ann@example.com","shared_with":"+12025550100","chat_id":null}"#
    ),
    ("contact_card.received", #"{"sender_handle":"ann@example.com","owner_handle":"+12025550100"}"#),
  ])
  func handlesThatAreStringsAreRead(type: String, data: String) throws {
    let event =
      #"{"api_version":"v3","webhook_version":"2026-02-03","event_type":"\#(type)","data":\#(data)}"#
    let view = try MessageView(event: Array(event.utf8))
    #expect(view.from == "ann@example.com" && view.line == "+12025550100" && view.chatID == nil)
    #expect(try EventEnvelope.read(Array(event.utf8)).sender == "ann@example.com")
  }

  @Test(arguments: [
    "{}", "[]", "7", #"{"data":null}"#, #"{"event_type":"message.received","api_version":"v2"}"#,
    #"{"event_type":"message.received","api_version":"v2","data":[]}"#,
    #"{"event_type":7,"api_version":"v3","webhook_version":"2026-02-03","data":{"id":"m"}}"#,
    #"{"event_type":"message.sent","api_version":"v3","webhook_version":"2025-01-01","data":{"message":"x"}}"#,
    #"{"event_type":"message.sent","api_version":"v3","webhook_version":"2026-02-03","data":{"parts":[1,null,"x"]}}"#,
  ])
  func oddShapesAreReadAsFarAsTheyGo(event: String) throws {
    let view = try MessageView(event: Array(event.utf8))
    #expect(view.chatID == nil && view.from == nil && view.line == nil)
  }

  private func message(_ members: String) throws -> MessageView {
    try MessageView(
      event: Array(
        #"""
        {"api_version":"v3","webhook_version":"2026-02-03","event_type":"message.received","event_id":"e",
         "data":{"id":"m",\#(members)}}
        """#.utf8
      )
    )
  }
}
