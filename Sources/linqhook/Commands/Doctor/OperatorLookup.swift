import Doctor
import Foundation
import LinqEvents

/// Looks for probes by the receiver's control socket.
struct OperatorLookup: ArrivalLookup {
  /// Nil where no receiver runs: then nothing arrives.
  let channel: OperatorChannel?
  /// How often each request in the quarantine had come at the mark: equal ones are kept once and counted.
  private var timesSeen: [Int: Int] = [:]

  init(channel: OperatorChannel?) { self.channel = channel }

  mutating func mark() async { timesSeen = await refused() ?? timesSeen }

  /// The numbers of all requests in the quarantine, and how often each has come; nil where the receiver does not answer.
  private func refused() async -> [Int: Int]? {
    guard let channel else { return nil }
    var all: [Int: Int] = [:]
    var last = 0
    while true {
      let query: KeyValuePairs<String, String?> = ["after": String(last), "limit": String(Self.pageLength)]
      guard let page = try? await channel.get(["quarantine"], query: query).list("requests") else {
        return nil
      }
      for request in page {
        guard let number = Self.integer(request, "number") else { continue }
        all[number] = Self.integer(request, "seen") ?? 1
        last = max(last, number)
      }
      if page.count < Self.pageLength { return all }
    }
  }

  private static var pageLength: Int { 1000 }
  /// As many of the newest are looked into: others may be refused at the same time.
  private static var maxExamined: Int { 100 }

  func find(_ probe: ProbeMarks) async -> Arrival {
    guard let channel else { return .absent }
    if let payload = try? await channel.get(["events", probe.id])[member: "payload"] {
      return .stored(payload: payload)
    }
    guard let refused = await refused() else { return .absent }
    var other: RefusedProbe?
    for number in refused.filter({ $0.value > timesSeen[$0.key] ?? 0 }).keys.sorted().suffix(Self.maxExamined)
    {
      guard let request = try? await channel.get(["quarantine", String(number)]) else { continue }
      let arrived = Self.read(request)
      if Self.isProbe(request, arrived.body, probe) { return .refused(arrived) }
      // Where the body is gone, nothing tells whose request it was: the newest without one.
      if arrived.body.isEmpty { other = arrived }
    }
    return other.map(Arrival.refused) ?? .absent
  }

  private static func integer(_ request: JSONValue, _ name: String) -> Int? {
    request.cell(name).flatMap { Int($0) }
  }

  /// By its id in the body, or by its id or signature in the headers.
  private static func isProbe(_ request: JSONValue, _ body: [UInt8], _ probe: ProbeMarks) -> Bool {
    let marks = Set(probe.signatures + [probe.id])
    return headers(request).contains { marks.contains($0.value) }
      || String(decoding: body, as: UTF8.self).contains(probe.id)
  }

  private static func read(_ request: JSONValue) -> RefusedProbe {
    let base64 = request[member: "body_base64"]?.string.flatMap { Data(base64Encoded: $0) }
    let body = request[member: "body"]?.string.map { Array($0.utf8) } ?? base64.map { Array($0) } ?? []
    return RefusedProbe(
      reason: request[member: "reason"]?.string ?? "unknown",
      headerNames: headers(request).map(\.name),
      body: body
    )
  }

  private static func headers(_ request: JSONValue) -> [(name: String, value: String)] {
    switch request[member: "headers"] {
    case .object(let members)?: members.map { ($0.name, $0.value.string ?? "") }
    case .array(let fields)?:
      fields.map { ($0[member: "name"]?.string ?? "", $0[member: "value"]?.string ?? "") }
    default: []
    }
  }
}
