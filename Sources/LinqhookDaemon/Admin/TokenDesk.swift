import LinqhookAuthentication
import Logging
import MicroHTTP
import Synchronization

/// Judges the tokens that come to the admin address, counts and logs those that are wrong, and makes who guesses wait.
///
/// Ten wrong ones from an address within a minute, and it is told to come back when that minute is over, whatever it
/// offers: else the right guess would still show. It holds as many addresses as it says, and forgets the oldest first.
final class TokenDesk: Sendable {
  enum Verdict: Equatable {
    case right
    case refused(Rejection)
  }

  enum Rejection: Equatable {
    case noToken
    case wrongToken
    /// Too many were wrong; for this long nothing from this address is looked at.
    case tooMany(waitSeconds: Int)

    /// As the label of the figure says it.
    var word: String {
      switch self {
      case .noToken: "no_token"
      case .wrongToken: "wrong_token"
      case .tooMany: "too_many"
      }
    }
  }

  private struct Guesses {
    let since: ContinuousClock.Instant
    var wrong = 0
  }

  private struct State {
    var guesses: [RemoteAddress: Guesses] = [:]
    var refusals: [String: Int] = ["no_token": 0, "wrong_token": 0, "too_many": 0]
    var loggedSince: ContinuousClock.Instant?
    var logged = 0
    var leftOut = 0
  }

  static let maxWrongPerMinute = 10
  static let maxAddresses = 1024
  private static let maxLinesPerMinute = 10
  private static let minute = Duration.seconds(60)

  private let logger: Logger
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())

  init(logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
    self.logger = logger
    self.now = now
  }

  /// How many requests were refused, by reason.
  var refusals: [String: Int] { state.withLock { $0.refusals } }

  /// How many addresses are remembered now.
  var addressCount: Int { state.withLock { $0.guesses.count } }

  /// Compares what a request offers. In one go: many connections at once guess no more often than one.
  ///
  /// - Parameters:
  ///   - offered: what is in the request; nil where there is no `Authorization` at all.
  ///   - isRight: whether it is the token.
  func judge(_ address: RemoteAddress, offersSomething: Bool, isRight: () -> Bool) -> Verdict {
    let instant = now()
    let place = Self.place(of: address)
    let (verdict, leftOut) = state.withLock { state -> (Verdict, Int?) in
      let verdict = Self.judge(place, at: instant, &state.guesses, offersSomething, isRight)
      guard case .refused(let refusal) = verdict else { return (verdict, nil) }
      state.refusals[refusal.word, default: 0] += 1
      return (verdict, refusal == .noToken ? nil : Self.admitLine(at: instant, &state))
    }
    if case .refused(let refusal) = verdict, let leftOut {
      var fields: Logger.Metadata = ["remote": "\(address)", "reason": "\(refusal.word)"]
      if leftOut > 0 { fields["not_logged"] = "\(leftOut)" }
      logger.warning("rejected a request to the admin address for its token", metadata: fields)
    }
    return verdict
  }

  private static func judge(
    _ place: RemoteAddress,
    at instant: ContinuousClock.Instant,
    _ guesses: inout [RemoteAddress: Guesses],
    _ offersSomething: Bool,
    _ isRight: () -> Bool
  ) -> Verdict {
    var own = guesses[place] ?? Guesses(since: instant)
    if instant - own.since >= minute { own = Guesses(since: instant) }
    guard own.wrong < maxWrongPerMinute else {
      let left = minute - (instant - own.since)
      return .refused(.tooMany(waitSeconds: max(1, Int(left.inSeconds.rounded(.up)))))
    }
    guard offersSomething else { return .refused(.noToken) }
    if isRight() { return .right }
    own.wrong += 1
    if guesses[place] == nil, guesses.count >= maxAddresses { makeRoom(in: &guesses, at: instant) }
    guesses[place] = own
    return .refused(.wrongToken)
  }

  /// Only at the limit, so that a walk through all of them is rare.
  private static func makeRoom(
    in guesses: inout [RemoteAddress: Guesses],
    at instant: ContinuousClock.Instant
  ) {
    guesses = guesses.filter { instant - $0.value.since < minute }
    guard guesses.count >= maxAddresses, let oldest = guesses.min(by: { $0.value.since < $1.value.since })
    else { return }
    guesses[oldest.key] = nil
  }

  /// How many lines were left out before this one, or nil where this one is left out too.
  private static func admitLine(at instant: ContinuousClock.Instant, _ state: inout State) -> Int? {
    if state.loggedSince.map({ instant - $0 >= minute }) ?? true {
      (state.loggedSince, state.logged) = (instant, 0)
    }
    guard state.logged < maxLinesPerMinute else {
      state.leftOut += 1
      return nil
    }
    state.logged += 1
    defer { state.leftOut = 0 }
    return state.leftOut
  }

  /// A client with one IPv6 address has its whole /64.
  private static func place(of address: RemoteAddress) -> RemoteAddress {
    if case .ipv6(let network, _) = address { .ipv6(network, 0) } else { address }
  }
}
