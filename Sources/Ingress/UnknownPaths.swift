import LinqEvents
import LinqhookInbox
import MicroHTTP
import Synchronization

/// Requests to paths that no endpoint has. Linq takes 404 for final, so what it sends to a wrong path is kept where a
/// secret of ours shows that it is Linq's.
///
/// Anyone can send such requests, so how many of them are read and verified in a minute is bounded, in all and for
/// each client; the others are answered unread.
final class UnknownPaths: Sendable {
  private static let maxRequestsPerMinute = 2000
  private static let maxBytesPerMinute = 32 << 20
  static let maxBodyBytes = 1 << 20

  private let allowance = Mutex(
    FairAllowance<String>(maxEntries: maxRequestsPerMinute, maxBytes: maxBytesPerMinute, reserve: 3)
  )

  /// The most bytes of body to read and verify; nil where the request is not worth it, or too much was read already.
  func bodyBytes(
    of request: borrowing HTTPRequest,
    from context: RequestContext,
    by table: RoutingTable
  ) -> Int? {
    guard request.method == "POST", context.headers.isWellFormed, !table.verifiers.isEmpty else { return nil }
    let length = request.header("Content-Length").flatMap { Int($0) } ?? Self.maxBodyBytes
    guard (0...Self.maxBodyBytes).contains(length) else { return nil }
    // Each endpoint's keys cost another pass over the body.
    let isTaken = allowance.withLock {
      $0.take(
        client: context.client,
        bytes: length * table.verifiers.count,
        nowMilliseconds: context.receivedAtMilliseconds
      )
    }
    return isTaken ? length : nil
  }
}

extension RoutingTable {
  /// The path of an endpoint by whose secrets a request verifies, stale or not.
  func pathOfEndpoint(verifying headers: SignatureHeaders, body: [UInt8], nowSeconds: Int64) -> String? {
    verifiers.first { _, verifier in
      if case .refused = verifier.verify(headers, body: body.span, nowSeconds: nowSeconds) { return false }
      return true
    }?.path
  }
}
