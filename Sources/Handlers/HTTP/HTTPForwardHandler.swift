// Posts the event's bytes as they came. The inbox keeps no content type, and Linq sends JSON only: the
// target gets `application/json`. The signature is made again for every attempt, so its timestamp is young
// enough for a verifier, while `webhook-id` and `Idempotency-Key` stay the event's id: by these the target
// knows an event that it got before.

import FoundationEssentials
import LinqEvents
public import LinqhookDelivery
public import LinqhookHTTPClient
import LinqhookInbox
internal import Synchronization

/// Posts each event to a URL, signed by the Standard Webhooks rules when there is a secret.
public final class HTTPForwardHandler: EventHandler {
  private let options: HTTPForwardHandlerOptions
  /// Gone once it was stopped.
  private let client: Mutex<HTTPClient?>

  /// A handler with connections of its own.
  /// - Throws: what is wrong with the URL, the headers, the time-out or the certificate file.
  public init(options: HTTPForwardHandlerOptions) throws(HTTPClientError) {
    self.options = options
    try Self.request(options).validate()
    client = Mutex(try Self.client(options))
  }

  /// Makes connections possible again after a stop.
  ///
  /// - Throws: `HTTPClientError` where the certificate file cannot be read any more, or the machine lacks resources.
  public func start() async throws {
    let isStopped = client.withLock { $0 == nil }
    guard isStopped else { return }
    let new = try Self.client(options)
    client.withLock { $0 = new }
  }

  /// Posts one event and judges the answer; cancelling the task ends the exchange.
  public func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    guard let client = client.withLock({ $0 }) else { return .retry(reason: "The handler was stopped.") }
    let nowMilliseconds = Int64(Date.now.timeIntervalSince1970 * 1000)
    var request = Self.request(options)
    request.body = .bytes(attempt.event.payload)
    let own = fields(attempt, nowSeconds: nowMilliseconds / 1000)
    request.headers += own.filter { field in !options.headers.contains { $0.isNamed(field.name) } }
    do throws(HTTPClientError) {
      return DeliveryResult(
        answer: try await client.send(request),
        finalStatuses: options.finalStatuses,
        nowMilliseconds: nowMilliseconds
      )
    } catch {
      return DeliveryResult(failure: error)
    }
  }

  /// Closes the connections.
  public func stop() async {
    let client = client.withLock { client in
      defer { client = nil }
      return client
    }
    await client?.shutdown()
  }

  private static func client(_ options: HTTPForwardHandlerOptions) throws(HTTPClientError) -> HTTPClient {
    try HTTPClient(
      HTTPClientConfiguration(
        maxConnectionsPerHost: options.maxConnections,
        certificateAuthorityFile: options.certificateAuthorityFile
      )
    )
  }

  private static func request(_ options: HTTPForwardHandlerOptions) -> OutgoingRequest {
    OutgoingRequest(
      method: "POST",
      url: options.url,
      headers: options.headers,
      timeout: options.timeout
    )
  }

  private func fields(_ attempt: DeliveryAttempt, nowSeconds: Int64) -> [HTTPField] {
    let eventID = attempt.event.eventID
    let payload = attempt.event.payload
    let signature = options.signer?.headers(
      eventID: eventID,
      timestampSeconds: nowSeconds,
      body: payload.span
    )
    return [
      HTTPField("Content-Type", "application/json"),
      HTTPField("Idempotency-Key", eventID),
      HTTPField("X-Linqhook-Attempt", String(attempt.attempt)),
    ] + (signature ?? []).map { HTTPField($0.name, $0.value) }
  }
}

extension HTTPField {
  fileprivate func isNamed(_ other: String) -> Bool {
    name.lowercased() == other.lowercased()
  }
}
