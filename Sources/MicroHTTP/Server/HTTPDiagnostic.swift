import Pacing
import Synchronization

/// Something that an operator may want to read in the log. At most ten a second are reported, and one that repeats the
/// last once in ten seconds.
public enum HTTPDiagnostic: Sendable, Equatable, CustomStringConvertible {
  /// Accepting clients failed; it is tried again after a tenth of a second. Usually the process has no
  /// descriptors left.
  case acceptFailed(code: Int32)
  /// A process of this user was turned away from a unix socket that is for our own user and root.
  case userRefused(UInt32)
  /// A client began with something else than a request of HTTP/1, and was sent away.
  case greetingRefused(HTTPRefusedGreeting, from: RemoteAddress)
  /// A request did not come as a whole within the time limit, in seconds, and was answered 503.
  case requestTimedOut(limitSeconds: Double, headIsHere: Bool, from: RemoteAddress)
  /// A client left before its request was here as a whole.
  case requestBrokenOff(headIsHere: Bool, from: RemoteAddress)
  /// A client did not take its answer within the time limit, in seconds.
  case answerNotTaken(limitSeconds: Double, by: RemoteAddress)
  /// There are as many connections as there may be, and somebody waits for a place. Those that carry no request are
  /// closed for newcomers, the longest idle ones first.
  case connectionsExhausted(count: Int)
  /// A request was refused by libmicrohttpd with this status; the address where it is known.
  case requestRefused(status: Int, from: RemoteAddress?)
  /// libmicrohttpd's own words, mostly about clients that broke a request off.
  case libraryMessage(String)
  /// This many diagnostics were left out before the next one.
  case suppressed(count: Int)

  /// Whose doing it was, where that is known.
  public var remoteAddress: RemoteAddress? {
    switch self {
    case .greetingRefused(_, let client), .requestTimedOut(_, _, let client),
      .requestBrokenOff(_, let client), .answerNotTaken(_, let client):
      client
    case .requestRefused(_, let client): client
    case .acceptFailed, .userRefused, .connectionsExhausted, .libraryMessage, .suppressed: nil
    }
  }

  /// The sentence, and the address where there is one.
  public var description: String {
    remoteAddress.map { "\(sentence) (\($0))" } ?? sentence
  }

  /// To the millisecond: a limit that was computed may be 0.30000000000000004.
  private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

  /// A sentence for the log.
  public var sentence: String {
    switch self {
    case .greetingRefused(let what, _): what.sentence
    case .requestTimedOut(let seconds, let headIsHere, _):
      "The \(headIsHere ? "body" : "head") of a request did not come within \(rounded(seconds)) s; it is answered 503. Look for a slow sender or network, or allow more time."
    case .requestBrokenOff(let headIsHere, _):
      "A client left before the \(headIsHere ? "body" : "head") of its request had come; nothing is kept of it."
    case .answerNotTaken(let seconds, _):
      "A client did not take its answer within \(rounded(seconds)) s; its connection is closed."
    case .connectionsExhausted(let count):
      "All \(count) connections are in use. Those that carry no request are closed for newcomers; allow more, or limit clients at the proxy."
    case .requestRefused(let status, _):
      "A request that is not HTTP as it should be was answered \(status)."
    case .acceptFailed(let code):
      "Clients cannot be accepted: \(systemErrorText(code)). Raise the limit of open files if this goes on."
    case .userRefused(let user):
      "A process of the user with the number \(user) was turned away from a unix socket that is for this user and root."
    case .libraryMessage(let text): text.last?.isNewline == true ? String(text.dropLast()) : text
    case .suppressed(let count): "\(count) messages of the HTTP server were left out."
    }
  }
}

/// Passes diagnostics on, but not more than ten a second, and not the same again and again: a flood of broken clients
/// must not become a flood of log lines, nor a night without descriptors a log of nothing else.
final class DiagnosticSink: Sendable {
  private struct Window {
    var endsAt = MonotonicTime(nanoseconds: .min)
    var count = 0
    var last: HTTPDiagnostic?
    var repeatableAt = MonotonicTime(nanoseconds: .min)
    var leftOut = 0
  }

  private static let maxPerSecond = 10
  private static let repeatSeconds = 10.0

  private let window = Mutex(Window())
  private let report: @Sendable (HTTPDiagnostic) -> Void

  init(report: @escaping @Sendable (HTTPDiagnostic) -> Void) {
    self.report = report
  }

  func callAsFunction(_ diagnostic: HTTPDiagnostic) {
    let now = MonotonicTime.now()
    let (isWanted, leftOut) = window.withLock { window in
      if now >= window.endsAt { (window.endsAt, window.count) = (now.advanced(bySeconds: 1), 0) }
      let isRepeated = diagnostic == window.last && now < window.repeatableAt
      guard !isRepeated, window.count < Self.maxPerSecond else {
        window.leftOut += 1
        return (false, 0)
      }
      defer { window.leftOut = 0 }
      window.count += 1
      (window.last, window.repeatableAt) = (diagnostic, now.advanced(bySeconds: Self.repeatSeconds))
      return (true, window.leftOut)
    }
    if leftOut > 0 { report(.suppressed(count: leftOut)) }
    if isWanted { report(diagnostic) }
  }
}
