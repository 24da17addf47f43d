import Testing

@testable import LinqEvents

@Suite struct EventEnvelopeTests {
  @Test func guideEventIsRead() throws {
    let envelope = try read(Fixture.guideEvent)
    #expect(
      envelope
        == EventEnvelope(
          eventType: "message.received",
          eventID: "9dabceb9-9194-4dc6-beda-892573f377b4",
          apiVersion: "v2",
          createdAt: "2025-10-22T10:31:00-06:00",
          createdAtMilliseconds: 1_761_150_660_000,
          chatID: "12345",
          sender: "+15551234567"
        )
    )
  }

  @Test func messageOfV3IsRead() throws {
    let envelope = try read(
      #"""
      {"api_version":"v3","webhook_version":"2026-02-03","event_type":"message.received","event_id":"2915e81c",
      "created_at":"2026-02-05T19:31:13.736123456Z","trace_id":"t-1","partner_id":"p-1","data":{"id":"m",
      "direction":"inbound","chat":{"id":"c-1","is_group":false},"sender_handle":{"handle":"+12025550147"}}}
      """#
    )
    #expect(
      envelope
        == EventEnvelope(
          eventType: "message.received",
          eventID: "2915e81c",
          apiVersion: "v3",
          webhookVersion: "2026-02-03",
          createdAt: "2026-02-05T19:31:13.736123456Z",
          createdAtMilliseconds: 1_770_319_873_736,
          traceID: "t-1",
          partnerID: "p-1",
          chatID: "c-1",
          sender: "+12025550147",
          direction: "inbound"
        )
    )
  }

  @Test(arguments: [
    (#""event_type":"chat.created","data":{"id":"7"}"#, "7"),
    (#""event_type":"chat.created","data":{"id":7,"chat_id":8}"#, "7"),
    (#""event_type":"x","data":{"chat_id":12345}"#, "12345"),
    (#""event_type":"x","data":{"chat":{"id":"a"},"chat_id":"b"}"#, "a"),
    (#""event_type":"x","data":{"chat":{"name":"a"},"chat_id":"b"}"#, "b"),
    (#""event_type":"x","data":{"chat":"a","chat_id":"b"}"#, "b"),
    (#""event_type":"x","data":{"chat_id":"first","chat_id":"second"}"#, "first"),
    (#""event_type":"x","data":{"chat\u005fid":"escaped"}"#, "escaped"),
    (#""event_type":"x","data":{"chat":{"x":{"id":"deep"},"id":"right"}}"#, "right"),
  ])
  func chatIsFound(members: String, chatID: String) throws {
    #expect(try read("{\(members)}").chatID == chatID)
  }

  @Test(arguments: [
    #""event_type":"contact.deleted","data":{"id":123}"#, #""event_type":"x","data":{"chat_id":null}"#,
    #""event_type":"x","data":[{"chat_id":"1"}]"#, #""event_type":"x","chat_id":"1""#,
    #""event_type":"x","data":{"x":{"chat_id":"1"}}"#, #""event_type":"x","data":{"chat_id":""}"#,
    #""event_type":"x","data":{"chat_id":"a\u0000b"}"#, #""event_type":"x","data":"chat_id""#,
    #""event_type":"x","data":{"list":[{"chat":{"id":"1"}}]}"#, #""event_type":"x","other":{"chat_id":"1"}"#,
    #""event_type":"x","data":{"chat":[{"id":"1"}]}"#,
  ])
  func noChatIsFoundWhereNoneIs(members: String) throws {
    #expect(try read("{\(members)}").chatID == nil)
  }

  @Test(arguments: [
    (#"{"from_phone":"a","from":"b"}"#, "a"), (#"{"sender_handle":{"handle":"a"},"from":"b"}"#, "a"),
    (#"{"from_handle":{"handle":"a"},"from":"b"}"#, "a"), (#"{"from":"a"}"#, "a"),
    (#"{"chat_handle":{"id":"1","identifier":"a"}}"#, "a"), (#"{"from_phone":null,"from":"b"}"#, "b"),
  ])
  func senderIsFound(data: String, sender: String) throws {
    #expect(try read(#"{"event_type":"x","data":\#(data)}"#).sender == sender)
  }

  @Test(arguments: [
    ("true", IdentifierProblem.notAString), ("null", .notAString), ("{}", .notAString),
    ("[1]", .notAString), (#"["a"]"#, .notAString),
    (#""""#, .empty), (#""a\u0000""#, .controlCharacters), (#""\u007f""#, .controlCharacters),
    (#""\u0085""#, .controlCharacters), (#""\ud800""#, .loneSurrogate),
  ])
  func unusableEventIDIsLeftOutWithItsReason(value: String, problem: IdentifierProblem) throws {
    let envelope = try read(#"{"event_id":\#(value),"event_type":"x"}"#)
    #expect(envelope.eventID == nil && envelope.eventIDProblem == problem)

    let error = #expect(throws: EnvelopeError.self) { try read(#"{"event_type":\#(value)}"#) }
    #expect(error == .eventTypeUnusable(problem))
  }

  @Test(arguments: [
    "0", "1", "-1", "1.0", "1e3", "1E+3", "-0.5e-7", "12345678901234567890123456789012345678901234567890",
  ])
  func aNumberIsTheTextThatItIsSpeltAs(number: String) throws {
    let names = [
      "event_id", "event_type", "created_at", "api_version", "webhook_version", "trace_id", "partner_id",
    ]
    let envelope = try read("{" + names.map { "\"\($0)\": \(number)" }.joined(separator: ",") + "}")
    let read = [
      envelope.eventID, envelope.eventType, envelope.createdAt, envelope.apiVersion, envelope.webhookVersion,
      envelope.traceID, envelope.partnerID,
    ]
    #expect(read == Array(repeating: number, count: 7))
    #expect(envelope.eventIDProblem == nil)
  }

  @Test func aNumberOfMoreThanTwoHundredFiftyFiveDigitsIsNoID() throws {
    let digits = String(repeating: "1", count: 255)
    #expect(try read(#"{"event_id":\#(digits),"event_type":"x"}"#).eventID == digits)
    let tooLong = try read(#"{"event_id":\#(digits)1,"event_type":"x"}"#)
    #expect(tooLong.eventID == nil && tooLong.eventIDProblem == .tooLong)
  }

  @Test(
    arguments: [
      ("1770320000", 1_770_320_000_000), ("1770320000.5", 1_770_320_000_500),
      ("1770320000123", 1_770_320_000_123),
      ("1770320000.123456", 1_770_320_000_123), ("1770320000123456", 1_770_320_000_123),
      ("1770320000123456789", 1_770_320_000_123), (#""1770320000""#, 1_770_320_000_000), ("0", 0),
      ("-1", nil),
      ("1.77032e9", nil), ("99999999999999999999", nil),
    ] as [(String, Int64?)]
  )
  func aTimeMayBeACountSince1970(createdAt: String, milliseconds: Int64?) throws {
    #expect(try read(#"{"event_type":"x","created_at":\#(createdAt)}"#).createdAtMilliseconds == milliseconds)
  }

  @Test func idsHoldTwoHundredFiftyFiveBytes() throws {
    let longest = String(repeating: "é", count: 127) + "x"
    #expect(try read(#"{"event_id":"\#(longest)","event_type":"\#(longest)"}"#).eventID == longest)
    let tooLong = try read(#"{"event_id":"\#(longest)y","event_type":"x"}"#)
    #expect(tooLong.eventID == nil && tooLong.eventIDProblem == .tooLong)
  }

  @Test func missingEventIDIsNoProblem() throws {
    let envelope = try read(#"{"event_type":"x"}"#)
    #expect(envelope.eventID == nil && envelope.eventIDProblem == nil)
  }

  @Test(arguments: [
    ("", EnvelopeError.invalidJSON(.init(.unexpectedEnd, at: 0))), ("[]", .notAnObject), ("1", .notAnObject),
    (#"[{"event_type":"x"}]"#, .notAnObject), ("{}", .eventTypeMissing),
    (#"{"data":{"event_type":"x"}}"#, .eventTypeMissing),
    (#"{"event_type":"x"} x"#, .invalidJSON(.init(.trailingContent, at: 19))),
    (#"{"event_type":"x","event_type":"x"}"#, .duplicateName(.eventType)),
    (#"{"event_id":"x","event\u005fid":"y","event_type":"x"}"#, .duplicateName(.eventID)),
    (#"{"data":{},"data":{},"event_type":"x"}"#, .duplicateName(.data)),
  ])
  func unusableBodyIsRefused(text: String, expected: EnvelopeError) {
    let error = #expect(throws: EnvelopeError.self) { try read(text) }
    #expect(error == expected)
  }

  @Test func unknownFieldsMayRepeatAndPass() throws {
    let envelope = try read(#"{"x":1,"x":2,"event_type":"brand.new","y":{"event_type":"z"},"lone":"\ud800"}"#)
    #expect(envelope.eventType == "brand.new")
  }

  @Test func refusalsShowNoContent() {
    for text in [#"{"event_type":"secret\u0000"}"#, "secret", #"{"event_type":"a","event_type":"secret"}"#] {
      let error = #expect(throws: EnvelopeError.self) { try read(text) }
      let sentence = error?.description ?? ""
      #expect(!sentence.contains("secret") && sentence.hasSuffix("."))
    }
  }

  private func read(_ text: String) throws(EnvelopeError) -> EventEnvelope {
    try EventEnvelope.read(text.utf8.span)
  }
}
