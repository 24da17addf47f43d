import Delivery
import Inbox
import LogSupport
import Logging
import Testing

@testable import Handlers

@Suite struct TextForTheLog {
  @Test func plainTextIsLeftAlone() {
    #expect(LogText.escaped("Grüße, 你好 👋🏽") == "Grüße, 你好 👋🏽")
  }

  @Test(arguments: ["\n", "\r", "\u{1B}", "\0", "\u{7F}", "\u{85}", "\u{2028}", "\u{202E}", "\u{2066}"])
  func nothingThatSteersALogOrTerminalPasses(_ scalar: String) {
    let escaped = LogText.escaped("a\(scalar)b")
    #expect(escaped.unicodeScalars.allSatisfy { !LogText.isUnsafe($0) })
    #expect(escaped.hasPrefix("a\\u{"))
    #expect(escaped.hasSuffix("}b"))
  }

  @Test func carriageReturnWithLineFeedIsTwoScalars() {
    #expect(LogText.escaped("\r\n") == "\\u{D}\\u{A}")
  }

  @Test func brokenBytesAreReplaced() {
    #expect(LogText.escaped([0x61, 0xFF, 0x0A]) == "a\u{FFFD}\\u{A}")
  }
}

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
    let hostile = "x\n2026-01-01 critical forged\u{2028}\u{1B}[2J"
    _ = await handler.handle([event(1, type: hostile, chat: hostile, sender: hostile, source: hostile)])
    #expect(log.lines.count == 1)
    #expect(log.lines[0].unicodeScalars.allSatisfy { !LogText.isUnsafe($0) })
  }
}
