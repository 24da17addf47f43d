import LinqEvents
import Testing

@Suite struct EventTypePatternTests {
  @Test(arguments: [
    ("*", "message.received"), ("*", ""), ("message.*", "message.received"), ("message.*", "message."),
    ("chat.*", "chat.typing_indicator.started"), ("*.received", "typing_indicator.received"),
    ("message.received", "message.received"), ("m*.r*d", "message.read"), ("?", "x"), ("?", "é"),
    ("message.?ead", "message.read"), ("**", "a"), ("a*b*c", "aXbXbXc"), ("*a*a*a", "aaaaaaaaaa"), ("", ""),
  ])
  func matches(pattern: String, type: String) {
    #expect(EventTypePattern(pattern).matches(type))
  }

  @Test(arguments: [
    ("message.*", "message"), ("message.*", "messages.read"), ("message.received", "message.received2"),
    ("message.received", "Message.received"), ("?", ""), ("?", "ab"), ("a*b*c", "aXbXb"), ("", "a"),
    ("*.sent", "message.sent.later"), ("[a-z]*", "a"), ("a", ""), ("*a*a*a", "aa"),
  ])
  func doesNotMatch(pattern: String, type: String) {
    #expect(!EventTypePattern(pattern).matches(type))
  }

  @Test func manyStarsOnALongTypeEndSoon() {
    let pattern = EventTypePattern(String(repeating: "*a", count: 60) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 255)))
  }
}

@Suite struct EventTypesTests {
  @Test func listsHoldEveryPublishedTypeOnce() {
    #expect(EventTypes.v2.count == 14 && Set(EventTypes.v2).count == 14)
    #expect(EventTypes.v3.count == 75 && Set(EventTypes.v3).count == 75)
    #expect(Set(EventTypes.all) == Set(EventTypes.v2 + EventTypes.v3))
    #expect(Set(EventTypes.all).count == EventTypes.all.count)
  }
}
