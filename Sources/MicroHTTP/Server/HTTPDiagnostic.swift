import Synchronization

/// Something that an operator may want to read in the log. At most ten a second are reported.
public enum HTTPDiagnostic: Sendable, Equatable, CustomStringConvertible {
  /// Accepting clients failed; it is tried again after a tenth of a second. Usually the process has no
  /// descriptors left.
  case acceptFailed(code: Int32)
  /// libmicrohttpd's own words, mostly about clients that broke a request off.
  case libraryMessage(String)
  /// So many diagnostics were left out because there were too many in a second.
  case suppressed(count: Int)

  /// A sentence for the log.
  public var description: String {
    switch self {
    case .acceptFailed(let code):
      "Clients cannot be accepted: \(systemErrorText(code)). Raise the limit of open files if this goes on."
    case .libraryMessage(let text): text
    case .suppressed(let count): "\(count) messages of the HTTP server were left out."
    }
  }
}

/// Passes diagnostics on, but not more than ten a second: a flood of broken clients must not become a flood of
/// log lines.
final class DiagnosticSink: Sendable {
  private struct Window {
    var endsAt = MonotonicTime(nanoseconds: .min)
    var count = 0
  }

  private static let perSecondMax = 10

  private let window = Mutex(Window())
  private let report: @Sendable (HTTPDiagnostic) -> Void

  init(report: @escaping @Sendable (HTTPDiagnostic) -> Void) {
    self.report = report
  }

  func callAsFunction(_ diagnostic: HTTPDiagnostic) {
    let now = MonotonicTime.now()
    let (isWanted, suppressed) = window.withLock { window in
      var suppressed = 0
      if now >= window.endsAt {
        suppressed = max(0, window.count - Self.perSecondMax)
        window = Window(endsAt: now.advanced(bySeconds: 1))
      }
      window.count += 1
      return (window.count <= Self.perSecondMax, suppressed)
    }
    if suppressed > 0 { report(.suppressed(count: suppressed)) }
    if isWanted { report(diagnostic) }
  }
}
