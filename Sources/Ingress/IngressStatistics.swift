public import LinqEvents
import LinqhookInbox
import Synchronization

/// What became of a request on an endpoint. The raw value is the label of `linqhook_events_total`.
public enum IngressOutcome: String, Sendable, CaseIterable {
  /// New and stored.
  case accepted
  /// Stored before.
  case duplicate
  /// No scheme verified it.
  case invalidSignature = "invalid_signature"
  /// Good signature, timestamp outside the tolerance.
  case stale
  /// Good signature, older than the ids still vouched for.
  case tooOld = "too_old"
  /// Good signature, no event.
  case unusable
  /// The inbox could not take it, or not in time, or request bodies take too much memory.
  case unavailable
}

/// Counts of all that came in, summed over the loops.
public struct IngressStatistics: Sendable, Equatable {
  /// Requests by outcome.
  public var outcomes: [IngressOutcome: Int] = [:]
  /// Good signatures by scheme and by the position of the secret that matched.
  public var verified: [VerifiedBy: Int] = [:]
  /// Our clock minus the sender's, in seconds, at the last new event with a signed stamp, or at a later stamp that was
  /// stale. A request that is played again tells nothing.
  public var clockSkewSeconds: Int64?
  /// When a new event was accepted last, in milliseconds since 1970 by the wall clock as it stands now.
  public var lastAcceptedAtMilliseconds: Int64?
  /// Requests to paths that no endpoint has and that are nobody's.
  public var unknownPaths = 0
  /// Requests to paths that no endpoint has and that a secret of some endpoint verified.
  public var unknownPathsVerified = 0

  /// New events of which something is not known, by what that is.
  public var unknownParts: [String: Int] = [:]

  /// A scheme and the position of a secret in the configuration.
  public struct VerifiedBy: Hashable, Sendable {
    /// The scheme that verified.
    public var scheme: SignatureScheme
    /// The secret's position, from 0.
    public var secretIndex: Int

    /// The given scheme and position.
    public init(scheme: SignatureScheme, secretIndex: Int) {
      self.scheme = scheme
      self.secretIndex = secretIndex
    }
  }

  /// Nothing counted.
  public init() {}

  mutating func add(_ other: IngressStatistics) {
    outcomes.merge(other.outcomes, uniquingKeysWith: +)
    verified.merge(other.verified, uniquingKeysWith: +)
    unknownPaths += other.unknownPaths
    unknownPathsVerified += other.unknownPathsVerified
  }
}

/// One loop's counters. Written by the loop and by the store's thread, read by the scraper: plain
/// relaxed atomics, and a lock that is free nearly always for what grows with the list of secrets.
final class IngressCounters: Sendable {
  private let outcomes: [Counter] = IngressOutcome.allCases.map { _ in Counter() }
  private let verified = Mutex<[IngressStatistics.VerifiedBy: Int]>([:])
  private let signs: SignsOfLife
  private let unknownEvents: UnknownEvents
  private let unknownPaths = Counter()
  private let unknownPathsVerified = Counter()

  init(signs: SignsOfLife, unknownEvents: UnknownEvents) {
    self.signs = signs
    self.unknownEvents = unknownEvents
  }

  func count(_ outcome: IngressOutcome) { outcomes[Self.index(of: outcome)].increment() }

  func countVerified(_ match: SignatureMatch) {
    let by = IngressStatistics.VerifiedBy(scheme: match.scheme, secretIndex: match.secretIndex)
    verified.withLock { $0[by, default: 0] += 1 }
  }

  /// A new event, with what of it is not known.
  func countAccepted(_ event: InboundEvent) {
    count(.accepted)
    unknownEvents.note(event)
  }

  /// A new event; nothing else shows that Linq is heard.
  func noteAccepted(_ event: InboundEvent) {
    signs.noteAccepted(
      receivedAtMilliseconds: event.receivedAtMilliseconds,
      stampSeconds: event.signedAtMilliseconds.map { $0 / 1000 }
    )
  }

  /// The stamp of a request that is not taken tells as well.
  func countStale(stampSeconds: Int64, skewSeconds: Int64) {
    count(.stale)
    signs.noteStale(stampSeconds: stampSeconds, skewSeconds: skewSeconds)
  }

  func countUnknownPath(isVerified: Bool) {
    if isVerified { unknownPathsVerified.increment() } else { unknownPaths.increment() }
  }

  var statistics: IngressStatistics {
    var result = IngressStatistics()
    for outcome in IngressOutcome.allCases {
      result.outcomes[outcome] = outcomes[Self.index(of: outcome)].value
    }
    result.verified = verified.withLock(\.self)
    result.unknownPaths = unknownPaths.value
    result.unknownPathsVerified = unknownPathsVerified.value
    return result
  }

  private static func index(of outcome: IngressOutcome) -> Int {
    switch outcome {
    case .accepted: 0
    case .duplicate: 1
    case .invalidSignature: 2
    case .stale: 3
    case .tooOld: 4
    case .unusable: 5
    case .unavailable: 6
    }
  }
}

/// A count that only rises.
private final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func increment() { count.wrappingAdd(1, ordering: .relaxed) }
}
