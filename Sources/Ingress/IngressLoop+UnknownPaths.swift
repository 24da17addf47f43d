import LinqEvents
import LinqhookInbox
import MicroHTTP

// Paths that no endpoint has. The answer is 404 whatever is kept.
extension IngressLoop {
  func admitToUnknownPath(_ request: borrowing HTTPRequest, by table: RoutingTable) -> HTTPAdmission {
    let context = context(of: request, by: table)
    if let maxBytes = unknownPaths.bodyBytes(of: request, from: context, by: table) {
      return .receiveBody(maxBytes: maxBytes)
    }
    return .respond(notFound(context, isKept: false))
  }

  func handleUnknownPath(
    _ request: borrowing HTTPRequest,
    _ body: [UInt8],
    _ context: RequestContext,
    by table: RoutingTable
  ) -> HTTPDisposition {
    let path = table.pathOfEndpoint(
      verifying: context.headers,
      body: body,
      nowSeconds: context.receivedAtMilliseconds / 1000
    )
    if let path {
      refusals.refuse(
        context,
        headers: request.headers(),
        body: body,
        .unknownPath,
        .authentic,
        status: StandardResponse.notFound.status,
        detail: "no endpoint has this path; the signature holds by a secret of \(path)"
      )
    }
    return .respond(notFound(context, isKept: path != nil))
  }

  private func notFound(_ context: RequestContext, isKept: Bool) -> HTTPResponse {
    counters.countUnknownPath(isVerified: isKept)
    if !isKept {
      refusals.observer.refusedUnknownPath(
        UnknownPathRefusal(
          path: String(decoding: context.path.utf8.prefix(256), as: UTF8.self),
          remote: context.remote,
          requestID: context.requestID
        )
      )
    }
    return StandardResponse.notFound.to(context.requestID)
  }
}
