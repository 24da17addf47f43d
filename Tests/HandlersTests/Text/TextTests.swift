import Delivery
import Inbox
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

  @Test func phoneNumbersInsideOtherTextAreHidden() {
    #expect(Redaction.phoneNumbers(in: "line=12025550147&x=12") == "line=*********47&x=12")
  }
}

@Suite struct TheLogHandler {
  private let payload = #"{"data":{"text":"secret\nwords","from_phone":"+12025550147"}}"#

  @Test func redactedLineHasNeitherTextNorNumber() async {
    let log = CapturedLog()
    let handler = LogHandler(logger: log.logger)
    let event = event(7, chat: "12345", sender: "+12025550147", source: "line=12025550147", payload: payload)
    #expect(await handler.handle([event]) == .delivered(checkpoint: nil))
    #expect(
      log.lines == [
        "info Event received. bytes=61 chat=12345 event_id=event-7 event_type=message.received "
          + "from=+*********47 source=line=*********47"
      ]
    )
  }

  @Test func unredactedLineShowsTheTextEscaped() async {
    let log = CapturedLog()
    let handler = LogHandler(settings: LogHandlerSettings(level: .debug, redacts: false), logger: log.logger)
    _ = await handler.handle([event(7, sender: "+12025550147", payload: payload)])
    #expect(log.lines.count == 1)
    #expect(log.lines[0].hasPrefix("debug "))
    #expect(log.lines[0].hasSuffix(#"from=+12025550147 text=secret\u{A}words"#))
  }

  @Test func nothingInAnEventMakesASecondLine() async {
    let log = CapturedLog()
    let handler = LogHandler(settings: LogHandlerSettings(redacts: false), logger: log.logger)
    let hostile = "x\n2026-01-01 critical forged\u{2028}\u{1B}[2J\u{9B}31m\u{200B}"
    _ = await handler.handle([event(1, type: hostile, chat: hostile, sender: hostile, source: hostile)])
    #expect(log.lines.count == 1)
    #expect(Shown.isSafe(log.lines[0]))
  }
}
