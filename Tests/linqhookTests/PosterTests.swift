import ReceiverSupport
import Testing

/// The sender by which every promise is checked must not itself hold up a run that has failed.
@Suite(.timeLimit(.minutes(3))) struct PosterTests {
  /// Nobody listens there.
  private let poster: Poster

  init() throws {
    poster = try Poster(url: "http://127.0.0.1:1/webhooks/linq", secret: "test_secret_0123456789ab", chats: 2)
  }

  @Test func aWaitEndsWithItsTask() async {
    let waiting = Task { try await poster.more(1) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }

  @Test func abandoningEndsPostingAndWaiting() async throws {
    let posting = Task { await poster.run() }
    try await poster.more(1, of: 0)
    let waiting = Task { try await poster.more(1) }
    poster.abandon()
    await posting.value
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(poster.acknowledgedCount == 0)
  }

  @Test func aPosterThatIsHeldEnds() async throws {
    poster.hold()
    let posting = Task { await poster.run() }
    poster.stop()
    await posting.value
    #expect(poster.statuses.isEmpty)
  }
}
