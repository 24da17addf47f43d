import Synchronization

/// Something that an operator may want to read in the log. At most ten a second are reported, and one that repeats the
/// last once in ten seconds.
public enum HTTPDiagnostic: Sendable, Equatable, CustomStringConvertible {
  /// Accepting clients failed; it is tried again after a tenth of a second. Usually the process has no
  /// descriptors left.
  case acceptFailed(code: Int32)
  /// A process of this user was turned away from a unix socket that is for our own user and root.
  case userRefused(UInt32)
  /// libmicrohttpd's own words, mostly about clients that broke a request off.
  case libraryMessage(String)
  /// So many diagnostics were left out before the one that follows.
  case suppressed(count: Int)

  /// A sentence for the log.
  public var description: String {
    switch self {
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

  private static let perSecondMax = 10
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
      guard !isRepeated, window.count < Self.perSecondMax else {
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
