import LinqhookHTTPClient
import LogSupport
import MicroHTTP
import Synchronization
import Testing

@testable import LinqhookDaemon

/// Who guesses the admin token is seen and waits.
@Suite(.timeLimit(.minutes(1))) struct TokenDeskTests {
  /// A clock that stands until it is moved.
  private final class Hand: Sendable {
    private let instant = Mutex(ContinuousClock.now)
    var now: ContinuousClock.Instant { instant.withLock { $0 } }
    func move(seconds: Double) { instant.withLock { $0 += .seconds(seconds) } }
  }

  private static let client = RemoteAddress.ipv4(0x0a00_0001)
  private let hand = Hand()
  private let log = CapturedLog()
  private let desk: TokenDesk

  init() {
    desk = TokenDesk(logger: log.logger) { [hand] in hand.now }
  }

  private func guess(_ address: RemoteAddress = client, isRight: Bool = false) -> TokenDesk.Verdict {
    desk.judge(address, offersSomething: true) { isRight }
  }

  @Test func tenWrongTokensWithinAMinuteMakeAnAddressWaitForItsRest() {
    for _ in 0..<10 {
      #expect(guess() == .refused(.wrongToken))
      hand.move(seconds: 1)
    }
    #expect(guess() == .refused(.tooMany(waitSeconds: 50)))
    // The right one would tell who guesses.
    #expect(guess(isRight: true) == .refused(.tooMany(waitSeconds: 50)))
    #expect(guess(.ipv4(0x0a00_0002), isRight: true) == .right)
    hand.move(seconds: 50)
    #expect(guess(isRight: true) == .right)
    #expect(desk.refusals == ["no_token": 0, "wrong_token": 10, "too_many": 2])
  }

  @Test func aRightTokenBetweenDoesNotBuyMoreGuesses() {
    for _ in 0..<10 {
      #expect(guess() == .refused(.wrongToken))
      _ = guess(isRight: true)
    }
    guard case .refused(.tooMany) = guess() else { return #expect(Bool(false)) }
  }

  @Test func anIPv6NetworkIsOneGuesser() {
    for host in 0..<10 { #expect(guess(.ipv6(7, UInt64(host))) == .refused(.wrongToken)) }
    guard case .refused(.tooMany) = guess(.ipv6(7, 99)) else { return #expect(Bool(false)) }
    #expect(guess(.ipv6(8, 0), isRight: true) == .right)
  }

  @Test func noTokenIsCountedAndIsNoGuess() {
    for _ in 0..<50 {
      #expect(desk.judge(Self.client, offersSomething: false) { false } == .refused(.noToken))
    }
    #expect(guess(isRight: true) == .right)
    #expect(desk.refusals["no_token"] == 50)
    #expect(log.lines.isEmpty)
  }

  @Test func manyAddressesTakeNoMoreMemoryThanAllowed() {
    func guessALittleLater(_ host: UInt32) {
      hand.move(seconds: 0.001)
      _ = guess(.ipv4(host))
    }
    for host in 0..<3000 { guessALittleLater(UInt32(host)) }
    #expect(desk.addressCount == TokenDesk.maxAddresses)
    // Those that wait are not the ones that are forgotten first, unless they came first.
    for _ in 0..<9 { _ = guess(.ipv4(2999)) }
    for host in 10_000..<10_500 { guessALittleLater(UInt32(host)) }
    guard case .refused(.tooMany) = guess(.ipv4(2999)) else { return #expect(Bool(false)) }
  }

  @Test func theLogNamesTheAddressAndIsNotFlooded() {
    for _ in 0..<500 { _ = guess() }
    #expect(log.lines.count == 10)
    #expect(log.lines[0].contains("remote=10.0.0.1"))
    hand.move(seconds: 60)
    _ = guess()
    #expect(log.lines.last?.contains("not_logged=490") == true)
  }

  @Test func overHTTPTheEleventhIsAnswered429AndHealthGoesOn() async throws {
    let operated = try await OperatedReceiver()
    let address = try #require(operated.receiver.adminAddresses.first)
    func ask(_ token: String, _ target: String = "/api/stats") async throws -> IncomingResponse {
      try await operated.client.send(
        OutgoingRequest(
          method: "GET",
          url: "http://\(address)\(target)",
          headers: [HTTPField("Authorization", "Bearer \(token)")]
        )
      )
    }
    for _ in 0..<10 { #expect(try await ask("wrong-token").status == 401) }
    let refused = try await ask(OperatedReceiver.token)
    #expect(refused.status == 429)
    #expect(refused.header("Retry-After").flatMap { Int($0) }.map { (1...60).contains($0) } == true)
    #expect(try await ask("", "/readyz").status == 200)
    let page = String(decoding: try await ask("", "/metrics").body, as: UTF8.self)
    #expect(page.contains("linqhook_admin_refused_total{reason=\"wrong_token\"} 10\n"))
    #expect(page.contains("linqhook_admin_refused_total{reason=\"too_many\"} 1\n"))
    #expect(operated.log.lines.contains { $0.contains("reason=wrong_token remote=127.0.0.1") })
    #expect(!operated.log.text.contains("wrong-token"))
    await operated.stop()
  }
}
