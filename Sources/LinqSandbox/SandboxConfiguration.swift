public import LinqAPI
public import MicroHTTP

/// How the stand-in behaves.
public struct SandboxConfiguration: Sendable {
  /// Whose events are delivered.
  public enum APIVersion: String, Sendable, CaseIterable {
    /// Partner API V2, signed in `X-Webhook-Signature`.
    case v2
    /// Partner API V3, webhook version 2026-02-03, signed by both of its header sets.
    case v3
  }

  /// A disturbance of what is delivered.
  public enum Scenario: String, Sendable, CaseIterable {
    /// Events come again, on a second connection at the same moment.
    case duplicates
    /// Events of a chat overtake each other.
    case reorder
    /// Events come late, after up to 20 s.
    case slow
    /// The first answer is lost on its way back: Linq takes it for a network failure and tries again.
    case drop
    /// A copy with one bit changed comes first; it must be refused.
    case tamper
    /// The clock of the sender is 10 minutes off: for V3 in the first try, for V2 in `created_at`.
    case clockSkew = "clock-skew"
    /// A hundred messages at once for each one that is sent.
    case burst
  }

  /// Where it listens.
  public var listen: ListenAddress
  /// Whose events are delivered.
  public var version: APIVersion
  /// What disturbs them.
  public var scenarios: Set<Scenario>
  /// How many times faster than Linq all waits pass; the time-out for an answer stays at 10 s.
  public var timeScale: Double
  /// Calls a second that are let through; nil for no limit.
  public var rateLimit: Int?
  /// Makes disturbances repeatable.
  public var seed: UInt64
  /// The account's lines. When empty there are two, and any well-formed sender joins them.
  public var lines: [PhoneNumber]
  /// Whether events are also posted to hosts outside this machine and its local network.
  public var deliversAnywhere: Bool

  /// A configuration; all but the address has a default.
  public init(
    listen: ListenAddress,
    version: APIVersion = .v2,
    scenarios: Set<Scenario> = [],
    timeScale: Double = 1,
    rateLimit: Int? = nil,
    seed: UInt64 = 1,
    lines: [PhoneNumber] = [],
    deliversAnywhere: Bool = false
  ) {
    self.listen = listen
    self.version = version
    self.scenarios = scenarios
    self.timeScale = timeScale
    self.rateLimit = rateLimit
    self.seed = seed
    self.lines = lines
    self.deliversAnywhere = deliversAnywhere
  }
}
