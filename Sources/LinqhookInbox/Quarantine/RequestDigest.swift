internal import LinqhookAuthentication

extension FingerprintKey {
  /// Equal for requests of one class with the same path, query and body; nobody without the key can make two with
  /// the same one. Each part is preceded by its length, so that none can be moved into the next.
  package func digest(of request: QuarantinedRequest) -> Fingerprint {
    var message = key.message()
    var head: [UInt8] =
      Array("quarantine".utf8) + [UInt8(truncatingIfNeeded: request.quarantineClass.rawValue)]
    for part in [request.path, request.query ?? "", request.query == nil ? "" : "?"] {
      head.append(contentsOf: String(part.utf8.count).utf8)
      head.append(UInt8(ascii: ":"))
      head.append(contentsOf: part.utf8)
    }
    message.append(head.span)
    message.append(request.body.span)
    return Fingerprint(message.authenticationCode().bytes.span)
  }
}

/// A refused request with its digest, made on the caller's thread.
package struct RefusedRequest: Sendable {
  package let request: QuarantinedRequest
  package let digest: Fingerprint

  package init(request: QuarantinedRequest, digest: Fingerprint) {
    self.request = request
    self.digest = digest
  }
}
