import LinqEvents
public import LinqhookInbox

// Refused requests are kept so that a wrong secret, or a wrong clock, costs nothing for good. When the fault
// is repaired the operator has them judged again, by the endpoints and secrets of today:
//
// - A stamp is judged by the time at which the request came, so waiting here makes nothing stale. Whatever was
//   stale on arrival is let in as well: its signature is good, so either our clock was wrong, or somebody
//   played a recorded request again, and then it is a duplicate.
// - A duplicate can be told only as long as its id is remembered, and a request may have been here for longer.
//   So no stamp counts as a proof of youth: an event created before the oldest id that is still vouched for
//   stays refused as too old.

/// Judges the requests in quarantine again and lets the good ones in.
public struct QuarantineReview: Sendable {
  let inbox: any EventAcceptor & Quarantine
  let routing: @Sendable () -> RoutingTable
  private let unknownEvents: UnknownEvents?

  /// A review by the endpoints that `routing` gives.
  public init(
    inbox: any EventAcceptor & Quarantine,
    routing: @escaping @Sendable () -> RoutingTable
  ) {
    self.init(inbox: inbox, unknownEvents: nil, routing: routing)
  }

  init(
    inbox: any EventAcceptor & Quarantine,
    unknownEvents: UnknownEvents?,
    routing: @escaping @Sendable () -> RoutingTable
  ) {
    self.inbox = inbox
    self.unknownEvents = unknownEvents
    self.routing = routing
  }

  /// What became of one request.
  public struct Finding: Sendable, Equatable {
    /// The request's number in the quarantine.
    public var number: Int64
    /// The event's id, where the request was good enough to look for one.
    public var eventID: String?
    /// What became of it.
    public var outcome: Outcome
  }

  /// What becomes of a request.
  public enum Outcome: Sendable, Equatable {
    /// It is stored and will be handed on; it left the quarantine.
    case accepted(sequence: Int64)
    /// Its event is stored already; it left the quarantine.
    case duplicate
    /// It stays: its event is older than the ids that are still remembered.
    case tooOld
    /// It stays: the inbox takes nothing now.
    case unavailable(InboxUnavailability)
    /// It stays: its signature is not good. The detail says why.
    case invalidSignature(detail: String)
    /// It stays: it holds no usable event. The detail says why.
    case unusable(detail: String)
    /// It stays: no endpoint has its path any more.
    case noEndpoint
  }

  /// Judges everything that is in the quarantine now, oldest first. The ring's bound is the bound of what this
  /// holds in memory.
  public func run() async throws(InboxError) -> [Finding] {
    let table = routing()
    var findings: [Finding] = []
    var settled: [Int64] = []
    for request in try await inbox.quarantined(after: 0, limit: .max) {
      let finding = await judge(request, by: table)
      findings.append(finding)
      switch finding.outcome {
      case .accepted, .duplicate: settled.append(request.number)
      case .tooOld, .unavailable, .invalidSignature, .unusable, .noEndpoint: break
      }
    }
    if !settled.isEmpty { try await inbox.removeQuarantined(settled) }
    return findings
  }

  /// Judges one request. On the operator's word it is let in where nothing but its age speaks against it.
  func judge(
    _ request: QuarantinedRequest,
    by table: RoutingTable,
    onTheOperatorsWord isVouchedFor: Bool = false
  ) async -> Finding {
    guard let routed = table.endpoint(path: request.path) else {
      return Finding(number: request.number, outcome: .noEndpoint)
    }
    let endpoint = routed.settings
    // An unsigned request stays out even where that is allowed today: nobody vouches for it.
    guard let verifier = endpoint.verifier else {
      return Finding(
        number: request.number,
        outcome: .invalidSignature(detail: "the endpoint has no secret to verify it with")
      )
    }
    var refusal = SignatureRefusal.noSignature
    var newest: SignatureMatch?
    for headers in [request.headers, request.lastHeaders].compactMap(\.self) {
      let verdict = verifier.verify(
        SignatureHeaders(fields: headers),
        body: request.body.span,
        nowSeconds: request.receivedAtMilliseconds / 1000
      )
      switch verdict {
      case .verified(let match), .stale(let match, _):
        if newest?.timestampSeconds ?? .min <= match.timestampSeconds ?? .min { newest = match }
      case .refused(let reason): refusal = reason
      }
    }
    guard let newest else {
      return Finding(number: request.number, outcome: .invalidSignature(detail: refusal.sentence))
    }
    // The secret is good: what matches nothing from here on is not Linq's.
    routed.watch.noteVerified()
    let finding = await offer(request, to: endpoint, newest, .createdAt)
    guard isVouchedFor, finding.outcome == .tooOld else { return finding }
    return await offer(request, to: endpoint, newest, .proven)
  }

  private func offer(
    _ request: QuarantinedRequest,
    to endpoint: Endpoint,
    _ match: SignatureMatch,
    _ freshness: Freshness
  ) async -> Finding {
    let event: InboundEvent
    do {
      event = try InboundEvent(
        readingBody: request.body,
        signedEventID: match.signedEventID,
        source: request.query,
        receivedAtMilliseconds: request.receivedAtMilliseconds,
        endpoint: endpoint,
        freshness: freshness,
        signedAtSeconds: match.timestampSeconds
      )
    } catch {
      return Finding(number: request.number, outcome: .unusable(detail: error.detail))
    }
    let outcome: Outcome =
      switch await inbox.accept(event) {
      case .accepted(let sequence): .accepted(sequence: sequence)
      case .duplicate: .duplicate
      case .tooOld: .tooOld
      case .unavailable(let reason): .unavailable(reason)
      }
    if case .accepted = outcome { unknownEvents?.note(event) }
    return Finding(number: request.number, eventID: event.eventID, outcome: outcome)
  }
}

extension SignatureHeaders {
  /// Reads the headers that the schemes sign with from a kept request; of several of one name the first counts,
  /// as on arrival.
  fileprivate init(fields: [QuarantinedRequest.Field]) {
    self.init { name in
      fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }
}
