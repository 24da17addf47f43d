public import LinqAPI
public import MicroHTTP

/// How the stand-in behaves.
public struct SandboxConfiguration: Sendable {
  /// The form of the events for subscriptions that were made through V2. Those made through V3 get V3's events
  /// in any case.
  public enum APIVersion: String, Sendable, CaseIterable {
    /// Partner API V2, signed in `X-Webhook-Signature`.
    case v2
    /// Partner API V3, webhook version 2026-02-03, signed by both of its header sets.
    case v3
  }

  /// A disturbance of the deliveries.
  public enum Scenario: String, Sendable, CaseIterable {
    /// Events are sent again, on a second connection at the same moment.
    case duplicates
    /// Events of a chat overtake each other.
    case reorder
    /// Events arrive late, by up to 20 s.
    case slow
    /// The first answer is lost on its way back: Linq takes it for a network failure and tries again.
    case drop
    /// A copy with one changed bit is sent first; it must be refused.
    case tamper
    /// The clock of the sender is 10 minutes off: for V3 in the first try, for V2 in `created_at`.
    case clockSkew = "clock-skew"
    /// Each sent message is answered by a hundred at once.
    case burst
    /// Half of the answers come as Linq recovers them hours later. V3 only.
    case reconciled
    /// A send is first reported as failed and delivered after all. V3 only.
    case failedFirst = "failed-first"
    /// People correct their answers. V3 with webhook version 2026-02-03 only.
    case edited
  }

  /// The address to listen on.
  public var listen: ListenAddress
  /// The form of the events for subscriptions that were made through V2.
  public var version: APIVersion
  /// The disturbances of the deliveries.
  public var scenarios: Set<Scenario>
  /// Divides all of Linq's waits; the time-out for an answer stays at 10 s.
  public var timeScale: Double
  /// The only token that is accepted; nil for any.
  public var token: String?
  /// Whether people answer and react to messages, or only read them.
  public var peopleAnswer = true
  /// Whether the URLs of attachments die after 15 minutes, divided by the time scale.
  public var hasEphemeralAttachments = false
  /// The share of sends, from 0 to 1, that are answered 429.
  public var refusedSendShare = 0.0
  /// The share of sends, from 0 to 1, that are answered 500 after they took effect.
  public var failedAnswerShare = 0.0
  /// The share of deliveries, from 0 to 1, that are lost for good, as by a fault of DNS.
  public var lostDeliveryShare = 0.0
  /// The allowed calls a second; nil for no limit.
  public var rateLimit: Int?
  /// Seeds the disturbances: the same seed gives the same ones.
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
