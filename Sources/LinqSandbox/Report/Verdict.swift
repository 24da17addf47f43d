import LinqEvents

/// Compares a receiver's file with the events that the sandbox sent to it.
///
/// The order of two events is checked only if one was answered before the other was first sent. Of two that
/// were sent at the same time, the receiver may take either first.
public struct Verdict: Sendable, Codable, Equatable {
  /// An event of the report with a problem.
  public struct Finding: Sendable, Codable, Equatable {
    /// The event.
    public var eventID: String
    /// Its type.
    public var eventType: String
    /// Its chat.
    public var chatID: String

    enum CodingKeys: String, CodingKey {
      case eventType
      case eventID = "eventId"
      case chatID = "chatId"
    }
  }

  /// Events in the report.
  public var sent: Int
  /// Lines of the file that hold an event of the report.
  public var found: Int
  /// Lines with an event that is not in this report, perhaps of another run.
  public var unknown: Int
  /// Pending events; they are not judged.
  public var pending: Int
  /// Events that the sandbox lost on purpose; only a receiver that asks Linq for missed messages can have them.
  public var lostOnTheWay: Int
  /// Answered with a 2xx and not in the file.
  public var lost: [Finding]
  /// More than once in the file.
  public var doubled: [Finding]
  /// Before an event of the same chat that was accepted before this one was first sent.
  public var outOfOrder: [Finding]
  /// Refused or failed until Linq gave up, and not in the file: they are never sent again.
  public var neverAgain: [Finding]
  /// A copy with a changed bit was answered with a 2xx.
  public var tamperedAccepted: [Finding]
  /// Numbers, from 1, of lines that are not JSON with an `event_id`. An unfinished last line is ignored.
  public var brokenLines: [Int]

  /// Whether there is no problem. Unknown and pending events are none.
  public var isGood: Bool {
    lost.isEmpty && doubled.isEmpty && outOfOrder.isEmpty && neverAgain.isEmpty && tamperedAccepted.isEmpty
      && brokenLines.isEmpty
  }

  /// Judges a file of one event a line, `payload` or `envelope`.
  public init(report: SandboxReport, file: [UInt8]) {
    let events = SentEvent.all(in: report)
    let lines = EventLines(file)
    let known = Dictionary(events.map { ($0.finding.eventID, $0) }, uniquingKeysWith: { one, _ in one })
    let counts = Dictionary(lines.eventIDs.map { ($0, 1) }, uniquingKeysWith: +)
    let isMissing: (SentEvent) -> Bool = { counts[$0.finding.eventID] == nil }

    sent = events.count
    found = lines.eventIDs.count { known[$0] != nil }
    unknown = lines.eventIDs.count - found
    pending = events.count(where: \.isPending)
    lostOnTheWay = events.count { $0.isLostOnTheWay }
    lost = events.filter { isMissing($0) && $0.acceptedAt != nil }.map(\.finding)
    doubled = events.filter { (counts[$0.finding.eventID] ?? 0) > 1 }.map(\.finding)
    neverAgain = events.filter { isMissing($0) && $0.isGivenUp && $0.acceptedAt == nil }.map(\.finding)
    tamperedAccepted = events.filter(\.isTamperedAccepted).map(\.finding)
    brokenLines = lines.brokenLines
    outOfOrder = Self.outOfOrder(lines.eventIDs.compactMap { known[$0] })
  }

  /// - Parameter events: in the order of the file.
  private static func outOfOrder(_ events: [SentEvent]) -> [Finding] {
    var earliestAcceptedBehind: [String: Int64] = [:]
    var findings: [Finding] = []
    // Events of no chat come in any order.
    for event in events.reversed() where !event.finding.chatID.isEmpty {
      let chat = event.finding.chatID
      if let accepted = earliestAcceptedBehind[chat], let started = event.startedAt, accepted < started {
        findings.append(event.finding)
      }
      if let accepted = event.acceptedAt {
        earliestAcceptedBehind[chat] = min(earliestAcceptedBehind[chat] ?? .max, accepted)
      }
    }
    return findings.reversed()
  }
}

/// An event with all its deliveries. Copies with a changed bit count for `tamperedAccepted` only.
private struct SentEvent {
  let finding: Verdict.Finding
  let startedAt: Int64?
  let acceptedAt: Int64?
  let isPending: Bool
  let isGivenUp: Bool
  let isLostOnTheWay: Bool
  let isTamperedAccepted: Bool

  init(_ first: SandboxReport.Delivery, deliveries: [SandboxReport.Delivery]) {
    finding = Verdict.Finding(eventID: first.eventID, eventType: first.eventType, chatID: first.chatID)
    let attempts = deliveries.flatMap(\.attempts)
    let genuine = attempts.filter { $0.kind != .tampered }
    startedAt = genuine.map(\.startedAtMicroseconds).min()
    acceptedAt = genuine.filter(\.isAccepted).map(\.endedAtMicroseconds).min()
    isPending = deliveries.contains { $0.outcome == .pending }
    isGivenUp = !isPending && deliveries.contains { $0.outcome == .refused || $0.outcome == .exhausted }
    isLostOnTheWay = deliveries.allSatisfy { $0.outcome == .lost }
    isTamperedAccepted = attempts.contains { $0.kind == .tampered && $0.isAccepted }
  }

  static func all(in report: SandboxReport) -> [SentEvent] {
    var order: [String] = []
    var deliveries: [String: [SandboxReport.Delivery]] = [:]
    for delivery in report.deliveries {
      if deliveries[delivery.eventID] == nil { order.append(delivery.eventID) }
      deliveries[delivery.eventID, default: []].append(delivery)
    }
    return order.compactMap { id in
      deliveries[id].flatMap { all in all.first.map { SentEvent($0, deliveries: all) } }
    }
  }
}

/// The event ids of a file, in its order.
private struct EventLines {
  private(set) var eventIDs: [String] = []
  private(set) var brokenLines: [Int] = []

  init(_ file: [UInt8]) {
    guard let path = try? JSONPath("event_id") else { return }
    let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // After the last line end there is nothing, or a line that is being written.
    for (index, line) in lines.dropLast().enumerated() {
      let bytes = Array(line)
      if let id = path.value(in: bytes.span), (try? JSONValue(parsing: bytes.span)) != nil {
        eventIDs.append(id.text)
      } else {
        brokenLines.append(index + 1)
      }
    }
  }
}
