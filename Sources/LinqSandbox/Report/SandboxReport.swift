/// The deliveries of the sandbox and their outcomes: the answer of `GET /sandbox/report`.
public struct SandboxReport: Sendable, Codable, Equatable {
  /// The state of one delivery.
  public enum Outcome: String, Sendable, Codable, CaseIterable {
    /// More tries follow.
    case pending
    /// Answered with a 2xx that Linq saw.
    case delivered
    /// Answered with a status that is final: it will never be sent again.
    case refused
    /// All tries failed: it will never be sent again.
    case exhausted
    /// Lost on the way, as by a fault of DNS: it was never posted and will never be.
    case lost
    /// The subscription was deleted or turned off meanwhile: it will never be sent again.
    case unsubscribed
    /// The target is outside this machine, and the sandbox is not allowed to post there.
    case notLocal = "not_local"
  }

  /// One request that was posted.
  public struct Attempt: Sendable, Codable, Equatable {
    /// The kind of a request.
    public enum Kind: String, Sendable, Codable {
      /// One of Linq's tries.
      case regular = "try"
      /// A copy, sent at the same moment.
      case duplicate
      /// A copy with a changed bit, under the original's signature.
      case tampered
    }

    /// The kind of this request.
    public var kind: Kind
    /// When it began, in microseconds since the sandbox started.
    public var startedAtMicroseconds: Int64
    /// When the answer arrived, or the request failed.
    public var endedAtMicroseconds: Int64
    /// The status of the answer; nil without one.
    public var status: Int?
    /// Why there was no answer.
    public var error: String?
    /// Whether the answer was hidden from the simulated Linq.
    public var isAnswerLost: Bool
  }

  /// One event on its way to one subscription.
  public struct Delivery: Sendable, Codable, Equatable {
    /// The event.
    public var eventID: String
    /// Its type.
    public var eventType: String
    /// Its chat's id, in the form of the event's version.
    public var chatID: String
    /// The subscription.
    public var subscriptionID: Int
    /// The form of the event: `v2`, `2025-01-01` or `2026-02-03`; nil in reports of older versions.
    public var form: String?
    /// The subscription's URL.
    public var url: String
    /// Its state.
    public var outcome: Outcome
    /// All requests, in the order of their ends.
    public var attempts: [Attempt]

    enum CodingKeys: String, CodingKey {
      case eventType, form, url, outcome, attempts
      case eventID = "eventId"
      case chatID = "chatId"
      case subscriptionID = "subscriptionId"
    }
  }

  /// Sums over all deliveries.
  public struct Summary: Sendable, Codable, Equatable {
    /// Different events.
    public var events: Int
    /// Events times subscriptions.
    public var deliveries: Int
    /// Requests posted.
    public var attempts: Int
    /// Deliveries of each outcome.
    public var outcomes: [String: Int]
    /// Answers of each status; `none` for no answer.
    public var statuses: [String: Int]
    /// Events that will never be sent again and never got a 2xx.
    public var neverAgain: [String]
  }

  /// The form of the events for subscriptions of V2: `v2` or `v3`.
  public var version: String
  /// The scenarios in force.
  public var scenarios: [String]
  /// The seed of the disturbances.
  public var seed: UInt64
  /// Whether more requests follow.
  public var isPending: Bool
  /// Sums over all deliveries.
  public var summary: Summary
  /// Each delivery, in the order of the events.
  public var deliveries: [Delivery]
}

extension SandboxReport.Attempt {
  /// Whether the receiver answered with a 2xx.
  public var isAccepted: Bool { status.map { (200...299).contains($0) } ?? false }
}

extension SandboxReport.Summary {
  init(of deliveries: [SandboxReport.Delivery]) {
    let attempts = deliveries.flatMap(\.attempts)
    events = Set(deliveries.map(\.eventID)).count
    self.deliveries = deliveries.count
    self.attempts = attempts.count
    outcomes = Dictionary(deliveries.map { ($0.outcome.rawValue, 1) }, uniquingKeysWith: +)
    statuses = Dictionary(
      attempts.map { ($0.status.map(String.init) ?? "none", 1) },
      uniquingKeysWith: +
    )
    neverAgain = deliveries.filter(\.isGivenUp).map(\.eventID)
  }
}

extension SandboxReport.Delivery {
  /// Whether it ended without a 2xx from the receiver.
  var isGivenUp: Bool {
    switch outcome {
    case .pending, .delivered: false
    case .refused, .exhausted, .unsubscribed, .notLocal, .lost:
      !attempts.contains { $0.kind != .tampered && $0.isAccepted }
    }
  }
}
