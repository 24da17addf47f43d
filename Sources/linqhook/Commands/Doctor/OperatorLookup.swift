import Doctor
import Foundation
import LinqEvents

/// Looks for probes by the receiver's control socket.
struct OperatorLookup: ArrivalLookup {
  /// Nil where no receiver runs: then nothing arrives.
  let channel: OperatorChannel?
  private var lastRefused = 0

  init(channel: OperatorChannel?) { self.channel = channel }

  mutating func mark() async {
    let list = try? await channel?.get(["quarantine"], query: ["limit": "1"]).list("requests")
    lastRefused = list?.last.flatMap(Self.number) ?? lastRefused
  }

  func find(probe id: String) async -> Arrival {
    guard let channel else { return .absent }
    if let payload = try? await channel.get(["events", id])[member: "payload"] {
      return .stored(payload: payload)
    }
    let query: KeyValuePairs<String, String?> = ["after": String(lastRefused), "limit": "100"]
    guard let refused = try? await channel.get(["quarantine"], query: query).list("requests") else {
      return .absent
    }
    var other: RefusedProbe?
    for number in refused.compactMap(Self.number) {
      guard let request = try? await channel.get(["quarantine", String(number)]) else { continue }
      let probe = Self.read(request)
      if String(decoding: probe.body, as: UTF8.self).contains(id) || Self.names(request, id) {
        return .refused(probe)
      }
      // Where the body is gone, nothing tells whose request it was: the newest without one.
      if probe.body.isEmpty { other = probe }
    }
    return other.map(Arrival.refused) ?? .absent
  }

  private static func number(_ request: JSONValue) -> Int? { request.cell("number").flatMap { Int($0) } }

  /// Whether the signed id in the headers is this one.
  private static func names(_ request: JSONValue, _ id: String) -> Bool {
    headers(request).contains { $0.value == id }
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
