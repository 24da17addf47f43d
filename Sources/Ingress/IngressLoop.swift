import LinqEvents
import LinqhookInbox
import MicroHTTP

/// The way of a request on one loop. Everything here happens on the loop's own thread.
final class IngressLoop: HTTPLoopHandler {
  let refusals: QuarantineRecorder
  let unknownPaths: UnknownPaths
  let counters: IngressCounters
  private let routing: RoutingCell
  private let batch: AcceptanceBatch
  private let clock: @Sendable () -> Int64
  private var requestIDs: RequestIDs

  init(
    loop: Int,
    routing: RoutingCell,
    batch: AcceptanceBatch,
    refusals: QuarantineRecorder,
    unknownPaths: UnknownPaths,
    counters: IngressCounters,
    clock: @escaping @Sendable () -> Int64
  ) {
    self.routing = routing
    self.batch = batch
    self.refusals = refusals
    self.unknownPaths = unknownPaths
    self.counters = counters
    self.clock = clock
    requestIDs = RequestIDs()
  }

  func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission {
    let table = routing.current
    guard let endpoint = table.endpoint(path: request.path) else {
      return admitToUnknownPath(request, by: table)
    }
    guard request.method == "POST" else {
      return .respond(StandardResponse.methodNotAllowed.to(requestIDs.id(of: request)))
    }
    return .receiveBody(maxBytes: endpoint.settings.maxBodyBytes)
  }

  func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
    let table = routing.current
    let context = context(of: request, by: table)
    guard let endpoint = table.endpoint(path: request.path) else {
      return handleUnknownPath(request, body, context, by: table)
    }
    let verdict = endpoint.settings.verdict(
      context.headers,
      body: body,
      receivedAtMilliseconds: context.receivedAtMilliseconds
    )
    switch verdict {
    case .verified(let match):
      endpoint.watch.noteVerified()
      counters.countVerified(match)
      return accept(request, body, endpoint, context, match)
    case .unsigned:
      if let obstacle = UnsignedObstacle.find(request) {
        return refuse(request, body, endpoint, context, .unsigned, detail: obstacle)
      }
      return accept(request, body, endpoint, context, nil)
    case .stale(let match, let skewSeconds):
      endpoint.watch.noteVerified()
      counters.countStale(stampSeconds: match.timestampSeconds ?? 0, skewSeconds: skewSeconds)
      return refuseStale(request, body, endpoint, context, skewSeconds: skewSeconds)
    case .refused(let refusal):
      guard refusal == .mismatch || context.headers.isWellFormed else {
        return refuse(request, body, endpoint, context, .unsigned, detail: refusal.sentence)
      }
      return refuseMismatch(request, body, endpoint, context, refusal)
    }
  }

  /// What is kept of a request until its answer is known.
  func context(of request: borrowing HTTPRequest, by table: RoutingTable) -> RequestContext {
    RequestContext(
      request,
      headers: SignatureHeaders(request),
      requestID: requestIDs.id(of: request),
      trustedProxies: table.trustedProxies,
      receivedAtMilliseconds: clock()
    )
  }

  func refused(_ request: borrowing HTTPRequest, status: Int) -> [HTTPHeaderField] {
    let requestID = requestIDs.id(of: request)
    let reason: EarlyRejection.Reason? =
      switch status {
      case 400: .brokenFraming
      case 413: .bodyTooLarge
      case 431: .headersTooLarge
      default: nil
      }
    if status == StandardResponse.unavailable.status, routing.current.endpoint(path: request.path) != nil {
      counters.count(.unavailable)
    }
    if let reason {
      refusals.observer.rejectedEarly(
        EarlyRejection(
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

  func respondedUnavailable(_ token: HTTPRequestToken) { batch.respondedUnavailable(token) }

  func turnEnded() { batch.submit() }

  private func accept(
    _ request: borrowing HTTPRequest,
    _ body: [UInt8],
    _ endpoint: RoutedEndpoint,
    _ context: RequestContext,
    _ match: SignatureMatch?
  ) -> HTTPDisposition {
    do throws(UnusableEvent) {
      let event = try InboundEvent(
        readingBody: body,
        signedEventID: match?.signedEventID,
        source: context.query,
        receivedAtMilliseconds: context.receivedAtMilliseconds,
        endpoint: endpoint.settings,
        freshness: Freshness(match),
        signedAtSeconds: match?.timestampSeconds
      )
      batch.append(
        event,
        from: context,
        signed: match,
        token: request.token,
        acceptedFields: endpoint.settings.acceptedFields
      )
      return .respondLater
    } catch {
      let detail = error.detail(of: body, contentEncoding: request.header("Content-Encoding"))
      refusals.refuse(
        context,
        headers: request.headers(),
        body: body,
        .unusableEvent,
        match == nil ? .unsigned : .authentic,
        status: 400,
        detail: detail
      )
      counters.count(.unusable)
      return .respond(StandardResponse.unusable(detail: detail).to(context.requestID))
    }
  }
}
