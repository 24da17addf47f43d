import Testing

@testable import LinqhookDaemon

@Suite struct MissedMessagesTests {
  private static let minute: Int64 = 60_000

  private func findings(messageAgeMinutes age: Int64, seen: Set<String> = [], newestAge: Int64 = 120)
    -> [String]
  {
    MissedMessages.findings(
      [(id: "m1", atMilliseconds: (1000 - age) * Self.minute)],
      chat: "c1",
      seenMessages: seen,
      newestEventAtMilliseconds: (1000 - newestAge) * Self.minute,
      nowMilliseconds: 1000 * Self.minute
    )
  }

  @Test func aMessageThatNeverCameIsToldWhenLinqHasGivenUp() {
    #expect(findings(messageAgeMinutes: 31).count == 1)
    #expect(findings(messageAgeMinutes: 29).isEmpty)
  }

  @Test func oneThatCameOrIsOlderThanTheNewestEventIsNone() {
    #expect(findings(messageAgeMinutes: 31, seen: ["m1"]).isEmpty)
    #expect(findings(messageAgeMinutes: 121).isEmpty)
  }
}
