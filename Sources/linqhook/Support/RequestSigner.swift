import Foundation
import LinqEvents
import LinqhookAuthentication

/// Signs bodies as Linq would, for `sign` and `send`.
struct RequestSigner {
  private let signer: SignatureSigner

  init(scheme: SignatureScheme, secret: Secret) throws(CommandFailure) {
    do { signer = try SignatureSigner(scheme: scheme, secret: secret) } catch {
      throw CommandFailure(.fault, error.description)
    }
  }

  /// - Parameters:
  ///   - id: the id to sign; by default the body's `event_id`, else a new one.
  ///   - timestampSeconds: Unix seconds; by default now.
  func headers(for body: [UInt8], id: String?, timestampSeconds: Int64?) -> [SignatureHeader] {
    let envelope = try? EventEnvelope.read(body)
    return signer.headers(
      eventID: id ?? envelope?.eventID ?? UUID().uuidString.lowercased(),
      eventType: envelope?.eventType,
      timestampSeconds: timestampSeconds ?? Int64(Date().timeIntervalSince1970),
      body: body.span
    )
  }
}
