import LinqhookDelivery
import LinqhookInbox
import LogSupport
import Logging
import ShownText
import Testing

@testable import Handlers

@Suite struct Redacted {
  @Test(arguments: [
    ("+12025550147", "+*********47"), ("2025550147", "********47"),
    ("+1 (202) 555-0147", "+* (***) ***-**47"),
    ("someone@example.com", "***@example.com"), ("Jane", "***"), ("", "***"), ("12345", "***"),
  ])
  func senders(_ sender: String, _ shown: String) {
    #expect(Redaction.sender(sender) == shown)
  }

  @Test(arguments: [
    ("12345", "12345"), ("94712345", "94712345"), ("+12025550147", "+*********47"),
    ("12025550147", "*********47"), ("SMS;-;+12025550147", "SMS;-;+*********47"),
    ("iMessage;-;someone@example.com", "iMessage;-;***@example.com"),
    ("RCS;-;(202) 555-0147", "RCS;-;(***) ***-**47"),
    ("iMessage;+;chat123456789012345678", "iMessage;+;chat123456789012345678"),
    ("any;-;+12025550147,+442079460958", "any;-;+*********47,+**********58"),
    ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
  ])
  func chats(_ chat: String, _ shown: String) {
    #expect(Redaction.chat(chat) == shown)
  }

  @Test(arguments: [
    ("line=%2B12025550147", "line=+*********47"), ("line=%252B12025550147", "line=+*********47"),
    ("line=+12025550147&x=12", "line=+*********47&x=12"), ("line=1", "line=1"),
    ("line=%2B1%20202%20555%200147", "line=+* *** *** **47"),
    ("line=%2B1+202+555+0147", "line=+*+***+***+**47"),
    ("line=%31%32%30%32%35%35%35%30%31%34%37", "line=*********47"),
    ("line=%28202%29%20555%2D0147", "line=(***) ***-**47"),
    ("who=someone%40example.com", "who=***@example.com"),
    ("who=someone@example.com&a=1", "who=***@example.com&a=1"),
    ("name=J%C3%BCrgen%20M", "name=J%C3%BCrgen%20M"), ("odd=%", "odd=%"), ("odd=%2", "odd=%2"), ("", ""),
    ("l=%2b1202555014\u{FF17}", "l=+*********4\u{FF17}"),
  ])
  func sources(_ source: String, _ shown: String) {
    #expect(Redaction.source(source) == shown)
  }

  @Test func phoneNumbersInsideOtherTextAreHidden() {
    #expect(Redaction.phoneNumbers(in: "line=12025550147&x=12") == "line=*********47&x=12")
  }
}

@Suite struct TheLogHandler {
  private let payload = #"{"data":{"text":"secret\nwords","from_phone":"+12025550147"}}"#

  @Test func redactedLineHasNeitherTextNorNumber() async {
    let log = CapturedLog()
    let handler = LogHandler(options: .test(), logger: log.logger)
    let event = event(7, chat: "12345", sender: "+12025550147", source: "line=12025550147", payload: payload)
    #expect(await handler.handle([event]) == .delivered(checkpoint: nil))
    #expect(
      log.lines == [
        "info event received bytes=61 chat=12345 event_id=event-7 event_type=message.received "
          + "from=+*********47 source=line=*********47"
      ]
    )
  }

  @Test func redactedLineHasNoNumberInChatAndSource() async {
    let log = CapturedLog()
    let handler = LogHandler(options: .test(), logger: log.logger)
    let event = event(7, chat: "SMS;-;+12025550147", source: "line=%2B12025550147%0Aforged", payload: "{}")
    _ = await handler.handle([event])
    #expect(log.lines.count == 1 && !log.lines[0].contains("55501"))
    #expect(log.lines[0].contains("chat=SMS;-;+*********47 "))
    #expect(log.lines[0].contains(#"source=line=+*********47\u{A}forged"#))
  }

  @Test func unredactedLineShowsTheTextEscaped() async {
    let log = CapturedLog()
    let handler = LogHandler(
      options: LogHandlerOptions.test(level: .debug, redacts: false),
      logger: log.logger
    )
    _ = await handler.handle([event(7, sender: "+12025550147", payload: payload)])
    #expect(log.lines.count == 1)
    #expect(log.lines[0].hasPrefix("debug "))
    #expect(log.lines[0].hasSuffix(#"from=+12025550147 text=secret\u{A}words"#))
  }

  @Test func nothingInAnEventMakesASecondLine() async {
    let log = CapturedLog()
    let handler = LogHandler(options: LogHandlerOptions.test(redacts: false), logger: log.logger)
    let hostile = "x\n2026-01-01 critical forged\u{2028}\u{1B}[2J\u{9B}31m\u{200B}"
    _ = await handler.handle([event(1, type: hostile, chat: hostile, sender: hostile, source: hostile)])
    #expect(log.lines.count == 1)
    #expect(Shown.isSafe(log.lines[0]))
  }
}
