import Inbox
import LinqEvents
import MicroHTTP

// Paths that no endpoint has. The answer is 404 whatever is kept.
extension IngressLoop {
  func admitToUnknownPath(_ request: borrowing HTTPRequest, by table: RoutingTable) -> HTTPAdmission {
    let arrival = arrival(of: request, by: table)
    if let maxBytes = unknownPaths.bodyBytes(of: request, from: arrival, by: table) {
      return .receiveBody(maxBytes: maxBytes)
    }
    return .respond(notFound(arrival, isKept: false))
  }

  func handleUnknownPath(
    _ request: borrowing HTTPRequest,
    _ body: [UInt8],
    _ arrival: Arrival,
    by table: RoutingTable
  ) -> HTTPDisposition {
    let path = table.pathOfEndpoint(
      verifying: arrival.headers,
      body: body,
      nowSeconds: arrival.receivedAtMilliseconds / 1000
    )
    if let path {
      refusals.refuse(
        arrival,
        headers: request.headers(),
        body: body,
        .unknownPath,
        .authentic,
        status: StandardResponse.notFound.status,
        detail: "no endpoint has this path; the signature holds by a secret of \(path)"
      )
    }
    return .respond(notFound(arrival, isKept: path != nil))
  }

  private func notFound(_ arrival: Arrival, isKept: Bool) -> HTTPResponse {
    counters.countUnknownPath(isVerified: isKept)
    if !isKept {
      refusals.observer.refusedUnknownPath(
        UnknownPathRefusal(
          path: String(decoding: arrival.path.utf8.prefix(256), as: UTF8.self),
          remote: arrival.remote,
          requestID: arrival.requestID
        )
      )
    }
    return StandardResponse.notFound.to(arrival.requestID)
  }
}
