import Inbox
import LinqEvents
import MicroHTTP

/// The way of a request on one shard. Everything here happens on the shard's own thread.
final class IngressShard: HTTPShardHandler {
  private let routing: RoutingCell
  private let batch: AcceptanceBatch
  private let refusals: RefusalDesk
  private let counters: IngressCounters
  private let clock: @Sendable () -> Int64
  private var requestIDs: RequestIDs

  init(
    shard: Int,
    routing: RoutingCell,
    batch: AcceptanceBatch,
    refusals: RefusalDesk,
    counters: IngressCounters,
    clock: @escaping @Sendable () -> Int64
  ) {
    self.routing = routing
    self.batch = batch
    self.refusals = refusals
    self.counters = counters
    self.clock = clock
    requestIDs = RequestIDs()
  }

  func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission {
    guard let endpoint = routing.current.endpoint(path: request.path) else {
      return .answer(Answer.notFound.to(requestIDs.id(of: request)))
    }
    guard request.method == "POST" else {
      return .answer(Answer.methodNotAllowed.to(requestIDs.id(of: request)))
    }
    return .receiveBody(bytesMax: endpoint.settings.bodyBytesMax)
  }

  func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
    let table = routing.current
    let requestID = requestIDs.id(of: request)
    guard let endpoint = table.endpoint(path: request.path) else {
      return .answer(Answer.notFound.to(requestID))
    }
    let headers = SignatureHeaders(request)
    let arrival = Arrival(
      request,
      headers: headers,
      requestID: requestID,
      trustedProxies: table.trustedProxies,
      receivedAtMilliseconds: clock()
    )
    let verdict = endpoint.settings.verdict(
      headers,
      body: body,
      receivedAtMilliseconds: arrival.receivedAtMilliseconds
    )
    switch verdict {
    case .verified(let match):
      counters.countVerified(match)
      return accept(request, body, endpoint, arrival, match)
    case .unsigned:
      return accept(request, body, endpoint, arrival, nil)
    case .stale(let match, let skewSeconds):
      refusals.refuse(
        arrival,
        headers: request.headers(),
        body: body,
        .staleTimestamp,
        .authentic,
        status: endpoint.settings.staleStatus,
        detail: "the timestamp is \(skewSeconds) s away from this machine's clock"
      )
      counters.countStale(stampSeconds: match.timestampSeconds ?? 0, skewSeconds: skewSeconds)
      return .answer(endpoint.answers.staleTimestamp.to(requestID))
    case .refused(let refusal):
      refusals.refuse(
        arrival,
        headers: request.headers(),
        body: body,
        .invalidSignature,
        refusal == .mismatch ? .mismatched : .unsigned,
        status: endpoint.settings.badSignatureStatus,
        detail: refusal.sentence
      )
      counters.count(.invalidSignature)
      return .answer(endpoint.answers.invalidSignature.to(requestID))
    }
  }

  func refused(_ request: borrowing HTTPRequest, status: Int) -> [HTTPHeaderField] {
    let requestID = requestIDs.id(of: request)
    let reason: UnreadRefusal.Reason? =
      switch status {
      case 400: .brokenFraming
      case 413: .bodyTooLarge
      case 431: .headersTooLarge
      default: nil
      }
    if status == Answer.unavailable.status, routing.current.endpoint(path: request.path) != nil {
      counters.count(.unavailable)
    }
    if let reason {
      refusals.observer.refusedUnread(
        UnreadRefusal(
          reason: reason,
          status: status,
          remote: request.remoteAddress.description,
          path: String(decoding: request.path.utf8.prefix(256), as: UTF8.self),
          requestID: requestID
        )
      )
    }
    return [HTTPHeaderField(RequestIDs.headerName, requestID)]
  }

  func answeredUnavailable(_ token: HTTPRequestToken) { batch.answeredUnavailable(token) }

  func turnEnded() { batch.submit() }

  private func accept(
    _ request: borrowing HTTPRequest,
    _ body: [UInt8],
    _ endpoint: RoutedEndpoint,
    _ arrival: Arrival,
    _ match: SignatureMatch?
  ) -> HTTPDisposition {
    do throws(UnusableEvent) {
      let event = try InboundEvent(
        readingBody: body,
        signedEventID: match?.signedEventID,
        source: request.query,
        receivedAtMilliseconds: arrival.receivedAtMilliseconds,
        endpoint: endpoint.settings,
        freshness: Freshness(match),
        signedAtSeconds: match?.timestampSeconds
      )
      batch.append(event, from: arrival, isSigned: match != nil, token: request.token)
      return .answerLater
    } catch {
      let detail = error.detail(of: body, contentEncoding: request.header("Content-Encoding"))
      refusals.refuse(
        arrival,
        headers: request.headers(),
        body: body,
        .unusableEvent,
        match == nil ? .unsigned : .authentic,
        status: 400,
        detail: detail
      )
      counters.count(.unusable)
      return .answer(Answer.unusable(detail: detail).to(arrival.requestID))
    }
  }
}
