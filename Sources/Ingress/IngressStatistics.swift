public import LinqEvents
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

/// Counts of all that came in, summed over the shards.
public struct IngressStatistics: Sendable, Equatable {
  /// Requests by outcome.
  public var outcomes: [IngressOutcome: Int] = [:]
  /// Good signatures by scheme and by the position of the secret that matched.
  public var verified: [VerifiedBy: Int] = [:]
  /// Our clock minus the sender's, in seconds, at the last good signature with a timestamp, stale or not.
  public var clockSkewSeconds: Int64?
  /// When an event was verified last, in milliseconds since 1970.
  public var lastVerifiedAtMilliseconds: Int64?

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
    if other.lastVerifiedAtMilliseconds ?? .min > lastVerifiedAtMilliseconds ?? .min {
      lastVerifiedAtMilliseconds = other.lastVerifiedAtMilliseconds
    }
  }
}

/// One shard's counters. Written by the shard and by the store's thread, read by whoever scrapes: plain
/// relaxed atomics, and a lock that is free nearly always for what grows with the list of secrets.
final class IngressCounters: Sendable {
  private static let neverSeen = Int.min

  private let outcomes: [Counter] = IngressOutcome.allCases.map { _ in Counter() }
  private let verified = Mutex<[IngressStatistics.VerifiedBy: Int]>([:])
  private let clockSkew: ClockSkew
  private let lastVerifiedAtMilliseconds = Atomic<Int>(neverSeen)

  init(clockSkew: ClockSkew) { self.clockSkew = clockSkew }

  func count(_ outcome: IngressOutcome) { outcomes[Self.index(of: outcome)].increment() }

  func countVerified(_ match: SignatureMatch, nowMilliseconds: Int64) {
    let by = IngressStatistics.VerifiedBy(scheme: match.scheme, secretIndex: match.secretIndex)
    verified.withLock { $0[by, default: 0] += 1 }
    if let timestampSeconds = match.timestampSeconds {
      clockSkew.note(seconds: nowMilliseconds / 1000 - timestampSeconds)
    }
    lastVerifiedAtMilliseconds.store(Int(nowMilliseconds), ordering: .relaxed)
  }

  /// The stamp of a request that is not taken tells as well.
  func countStale(skewSeconds: Int64) {
    count(.stale)
    clockSkew.note(seconds: skewSeconds)
  }

  var statistics: IngressStatistics {
    var result = IngressStatistics()
    for outcome in IngressOutcome.allCases {
      result.outcomes[outcome] = outcomes[Self.index(of: outcome)].value
    }
    result.verified = verified.withLock(\.self)
    let lastVerified = lastVerifiedAtMilliseconds.load(ordering: .relaxed)
    if lastVerified != Self.neverSeen { result.lastVerifiedAtMilliseconds = Int64(lastVerified) }
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

/// Our clock minus the sender's at the last stamp, whichever shard saw it. One for all shards, because the wall clock
/// does not tell which stamp was the last when it has just been set right.
final class ClockSkew: Sendable {
  private static let neverSeen = Int.min
  private let value = Atomic<Int>(neverSeen)

  func note(seconds: Int64) { value.store(Int(seconds), ordering: .relaxed) }

  var seconds: Int64? {
    let read = value.load(ordering: .relaxed)
    return read == Self.neverSeen ? nil : Int64(read)
  }
}

/// A count that only rises.
private final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func increment() { count.wrappingAdd(1, ordering: .relaxed) }
}
