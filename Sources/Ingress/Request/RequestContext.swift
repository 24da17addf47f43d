import LinqEvents
import MicroHTTP

/// What is kept of a request beside its body until its answer is known. Shared by reference, as it waits in arrays.
final class RequestContext: Sendable {
  let headers: SignatureHeaders
  let path: String
  let query: String?
  let receivedAtMilliseconds: Int64
  let requestID: String
  private let origin: Origin

  init(
    _ request: borrowing HTTPRequest,
    headers: SignatureHeaders,
    requestID: String,
    trustedProxies: [AddressBlock],
    receivedAtMilliseconds: Int64
  ) {
    self.headers = headers
    path = request.path
    query = request.query.flatMap { $0.isEmpty ? nil : $0 }
    self.receivedAtMilliseconds = receivedAtMilliseconds
    self.requestID = requestID
    origin =
      trustedProxies.isEmpty
      ? .direct(request.remoteAddress)
      : .client(ClientAddress.resolve(request, trusted: trustedProxies))
  }

  /// The client's address as text. Made only when it is asked for: most requests are good and nobody does.
  var remote: String {
    switch origin {
    case .direct(let peer): peer.description
    case .client(let address): address
    }
  }

  /// Whom it counts for where clients share a bound. Made only when it is asked for.
  var client: String { ClientBlock.name(of: remote) }

  private enum Origin: Sendable {
    case direct(RemoteAddress)
    case client(String)
  }
}

extension SignatureHeaders {
  /// Reads the headers that the schemes sign with. Names are compared without regard to case (RFC 9110).
  init(_ request: borrowing HTTPRequest) {
    self.init(
      xWebhookSignature: request.header(Name.xWebhookSignature),
      xWebhookTimestamp: request.header(Name.xWebhookTimestamp),
      webhookID: request.header(Name.webhookID),
      webhookTimestamp: request.header(Name.webhookTimestamp),
      webhookSignature: request.header(Name.webhookSignature)
    )
  }

  /// Whether any scheme's signature was sent.
  var containsSignature: Bool { xWebhookSignature != nil || webhookSignature != nil }
}
