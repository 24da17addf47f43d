/// How the caller gets its response.
typealias ResponseContinuation = CheckedContinuation<Result<IncomingResponse, HTTPClientError>, Never>

/// A validated request on its way to the driver.
struct Submission: Sendable {
  var id: Int
  var request: OutgoingRequest
  var origin: String
  var deadline: ContinuousClock.Instant
  var continuation: ResponseContinuation
}
