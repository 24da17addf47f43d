import Synchronization

/// What has been seen of an endpoint's signatures since its secrets were loaded.
///
/// As long as none has held, the secret may be wrong, and then those that do not match are Linq's own.
final class VerificationWatch: Sendable {
  private static let reportIntervalMilliseconds: Int64 = 60_000

  private let verified = Atomic<Bool>(false)
  private let mismatched = Atomic<Int>(0)
  private let reportedAtMilliseconds = Mutex<Int64?>(nil)

  /// Whether a signature has held.
  var hasVerified: Bool { verified.load(ordering: .relaxed) }

  /// How many well-formed signatures have matched nothing.
  var mismatchCount: Int { mismatched.load(ordering: .relaxed) }

  /// A signature held. Written once only: every request comes by here, on every loop.
  func noteVerified() {
    if !hasVerified { verified.store(true, ordering: .relaxed) }
  }

  func noteMismatch() { mismatched.add(1, ordering: .relaxed) }

  /// Whether the operator is to be told now; at most once a minute.
  func mayReport(nowMilliseconds now: Int64) -> Bool {
    reportedAtMilliseconds.withLock { last in
      if let last, (now - last).magnitude < Self.reportIntervalMilliseconds.magnitude { return false }
      last = now
      return true
    }
  }
}
