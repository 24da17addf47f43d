import LinqEvents
import LinqhookInbox
import MicroHTTP

// Requests whose signature does not hold: 401, or 503 while nothing was verified yet. Responses/StandardResponse.swift has
// the bodies.
extension IngressLoop {
  /// No explanation is sought in longer bodies: that tries several changes to the whole of it.
  private static let maxExplainedBytes = 256 << 10

  /// Answers by the endpoint's own settings, which is final for Linq unless they say otherwise.
  func refuse(
    _ request: borrowing HTTPRequest,
    _ body: [UInt8],
    _ endpoint: RoutedEndpoint,
    _ context: RequestContext,
    _ quarantineClass: QuarantineClass,
    detail: String
  ) -> HTTPDisposition {
    refusals.refuse(
      context,
      headers: request.headers(),
      body: body,
      .invalidSignature,
      quarantineClass,
      status: endpoint.settings.badSignatureStatus,
      detail: detail
    )
    counters.count(.invalidSignature)
    return .respond(endpoint.answers.invalidSignature.to(context.requestID))
  }

  /// A well-formed signature that matches nothing. Once one has held, the secret is known to be good, and this one is
  /// a forger's. Before, it may be Linq's own: it is told to come again while the operator repairs the secret.
  func refuseMismatch(
    _ request: borrowing HTTPRequest,
    _ body: [UInt8],
    _ endpoint: RoutedEndpoint,
    _ context: RequestContext,
    _ refusal: SignatureRefusal
  ) -> HTTPDisposition {
    endpoint.watch.noteMismatch()
    guard !endpoint.watch.hasVerified else {
      return refuse(request, body, endpoint, context, .mismatched, detail: refusal.sentence)
    }
    refusals.refuse(
      context,
      headers: request.headers(),
      body: body,
      .invalidSignature,
      .mismatched,
      status: StandardResponse.unverified.status,
      detail: refusal.sentence
    )
    counters.count(.invalidSignature)
    report(endpoint, context, body, refusal)
    return .respond(StandardResponse.unverified.to(context.requestID))
  }

  func refuseStale(
    _ request: borrowing HTTPRequest,
    _ body: [UInt8],
    _ endpoint: RoutedEndpoint,
    _ context: RequestContext,
    skewSeconds: Int64
  ) -> HTTPDisposition {
    refusals.refuse(
      context,
      headers: request.headers(),
      body: body,
      .staleTimestamp,
      .authentic,
      status: endpoint.settings.staleStatus,
      detail: "the timestamp is \(skewSeconds) s away from this machine's clock"
    )
    return .respond(endpoint.answers.staleTimestamp.to(context.requestID))
  }

  private func report(
    _ endpoint: RoutedEndpoint,
    _ context: RequestContext,
    _ body: [UInt8],
    _ refusal: SignatureRefusal
  ) {
    let now = context.receivedAtMilliseconds
    guard endpoint.watch.mayReport(nowMilliseconds: now) else { return }
    let explanation = body.count <= Self.maxExplainedBytes ? endpoint.settings.explanation : nil
    refusals.observer.nothingVerified(
      UnverifiedEndpoint(
        path: endpoint.settings.path,
        mismatchCount: endpoint.watch.mismatchCount,
        remote: context.remote,
        requestID: context.requestID,
        explain: { explanation?(context.headers, body, now / 1000) ?? [refusal.sentence] }
      )
    )
  }
}
