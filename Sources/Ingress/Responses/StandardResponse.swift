import LinqEvents
import LinqhookInbox
import MicroHTTP

// The table of answers of the contract, in one place. Linq never sends an event again after a 4xx other than
// 429, so a fault of ours must never turn into one: whatever is not the sender's doing is a 503.

/// Answers that are the same for every endpoint and every request, made once.
enum StandardResponse {
  static let notFound = error(404, "not_found")
  static let methodNotAllowed = error(405, "method_not_allowed", fields: [HTTPHeaderField("Allow", "POST")])
  static let unavailable = error(503, "unavailable", fields: [HTTPHeaderField("Retry-After", "5")])
  /// Longer than the other, as an operator is slower than a disk.
  static let unverified = error(503, "unavailable", fields: [HTTPHeaderField("Retry-After", "60")])
  static let tooOldToDeduplicate = error(409, "too_old_to_deduplicate")

  /// `fields` are those that the endpoint adds.
  static func accepted(eventID: String, requestID: String, fields: [HTTPHeaderField]) -> HTTPResponse {
    ok("accepted", eventID, requestID, fields)
  }

  static func duplicate(eventID: String, requestID: String, fields: [HTTPHeaderField]) -> HTTPResponse {
    ok("duplicate", eventID, requestID, fields)
  }

  static func unusable(detail: String) -> HTTPResponse {
    var body = Array(#"{"error":"unusable_event","detail":"#.utf8)
    JSONText.append(detail, to: &body)
    body.append(UInt8(ascii: "}"))
    return HTTPResponse(status: 400, headers: [jsonField], body: body)
  }

  static func error(_ status: Int, _ code: String, fields: [HTTPHeaderField] = []) -> HTTPResponse {
    HTTPResponse(
      status: status,
      headers: [jsonField] + fields,
      body: Array(#"{"error":"\#(code)"}"#.utf8)
    )
  }

  private static func ok(
    _ status: String,
    _ eventID: String,
    _ requestID: String,
    _ fields: [HTTPHeaderField]
  ) -> HTTPResponse {
    var body: [UInt8] = []
    body.reserveCapacity(64 + eventID.utf8.count)
    body.append(contentsOf: #"{"status":""#.utf8)
    body.append(contentsOf: status.utf8)
    body.append(contentsOf: #"","event_id":"#.utf8)
    JSONText.append(eventID, to: &body)
    body.append(UInt8(ascii: "}"))
    var headers = [jsonField, HTTPHeaderField(RequestIDs.headerName, requestID)]
    if !fields.isEmpty { headers += fields }
    return HTTPResponse(status: 200, headers: headers, body: body)
  }

  private static let jsonField = HTTPHeaderField("Content-Type", "application/json")
}

/// The answers whose status an endpoint's settings choose.
final class EndpointResponses: Sendable {
  let invalidSignature: HTTPResponse
  let staleTimestamp: HTTPResponse

  init(_ endpoint: Endpoint) {
    invalidSignature = StandardResponse.error(
      endpoint.badSignatureStatus,
      "invalid_signature",
      fields: Self.retryFields(endpoint.badSignatureStatus)
    )
    staleTimestamp = StandardResponse.error(
      endpoint.staleStatus,
      "stale_timestamp",
      fields: Self.retryFields(endpoint.staleStatus)
    )
  }

  private static func retryFields(_ status: Int) -> [HTTPHeaderField] {
    status >= 500 || status == 429 ? [HTTPHeaderField("Retry-After", "60")] : []
  }
}
