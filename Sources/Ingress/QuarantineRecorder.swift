import LinqEvents
import LinqhookInbox
import MicroHTTP

/// Keeps what is refused and tells the operator.
struct QuarantineRecorder: Sendable {
  let quarantine: any Quarantine
  let observer: any IngressObserver

  func refuse(
    _ context: RequestContext,
    headers: [HTTPHeaderField],
    body: [UInt8],
    _ reason: RefusalReason,
    _ quarantineClass: QuarantineClass,
    status: Int,
    detail: String
  ) {
    quarantine.quarantine(
      QuarantinedRequest(
        receivedAtMilliseconds: context.receivedAtMilliseconds,
        reason: reason,
        detail: detail,
        quarantineClass: quarantineClass,
        remote: context.remote,
        client: context.client,
        path: context.path,
        query: context.query,
        headers: headers.map { QuarantinedRequest.Field(name: $0.name, value: $0.value) },
        body: body
      )
    )
    observer.refused(
      Rejection(
        reason: reason,
        detail: detail,
        status: status,
        remote: context.remote,
        path: context.path,
        requestID: context.requestID
      )
    )
  }
}

extension SignatureHeaders {
  /// The headers that were read, as fields: enough to verify the request again.
  var fields: [HTTPHeaderField] {
    [
      (Name.xWebhookSignature, xWebhookSignature), (Name.xWebhookTimestamp, xWebhookTimestamp),
      (Name.webhookID, webhookID), (Name.webhookTimestamp, webhookTimestamp),
      (Name.webhookSignature, webhookSignature),
    ].compactMap { name, value in value.map { HTTPHeaderField(name, $0) } }
  }
}
