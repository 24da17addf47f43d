package import LinqEvents

/// What the receiver has of a probe.
package enum Arrival: Sendable, Equatable {
  /// It is in the inbox with this payload.
  case stored(payload: JSONValue)
  /// It was refused and is in the quarantine.
  case refused(RefusedProbe)
  /// The receiver has never seen it.
  case absent
}

/// A probe in the quarantine.
package struct RefusedProbe: Sendable, Equatable {
  /// The reason as the quarantine names it, for example `invalid_signature`.
  package let reason: String
  /// The names of the signature headers that arrived.
  package let headerNames: [String]
  /// The bytes that arrived.
  package let body: [UInt8]

  package init(reason: String, headerNames: [String], body: [UInt8]) {
    self.reason = reason
    self.headerNames = headerNames
    self.body = body
  }
}

/// How a probe is recognised, even if a part of it is lost.
package struct ProbeMarks: Sendable {
  /// The event id, in the body and for Standard Webhooks in a header.
  package let id: String
  /// The values of its signature headers.
  package let signatures: [String]
}

/// Looks into the receiver for what arrived.
package protocol ArrivalLookup {
  /// Remembers what is in the quarantine now: a request that is refused from here on may be a probe.
  mutating func mark() async
  /// Looks for a probe in the inbox, then among the requests refused since the mark.
  func find(_ probe: ProbeMarks) async -> Arrival
}
