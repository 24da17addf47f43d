import LinqEvents
import MicroHTTP

/// Answers requests: the API below `/api/partner/v2/`, uploaded files, and the report.
struct SandboxService: Sendable {
  static let maxBodyBytes = 32 << 20
  /// How long `GET /sandbox/report?wait=…` may wait.
  static let maxReportWaitSeconds = 60.0

  let core: SandboxCore

  func answer(_ request: HTTPSnapshot) async -> HTTPResponse {
    if request.path.hasPrefix(Operation.prefix) { return answerCall(request) }
    let segments = request.path.split(separator: "/")
    switch (request.method, segments.first) {
    case ("GET", "sandbox") where segments == ["sandbox", "report"]: return await answerReport(request)
    case ("GET", "attachments") where segments.count >= 2:
      guard let file = core.file(String(segments[1])) else { break }
      return HTTPResponse(
        status: 200,
        headers: [
          HTTPHeaderField("Content-Type", file.contentType),
          HTTPHeaderField("X-Content-Type-Options", "nosniff"),
        ],
        body: file.bytes
      )
    default: break
    }
    return HTTPResponse(status: 404, body: CallRejection.notFound("path in the sandbox").json)
  }

  private func answerCall(_ request: HTTPSnapshot) -> HTTPResponse {
    var usesStandardErrors = false
    do throws(CallRejection) {
      guard request.header("X-LINQ-INTEGRATION-TOKEN")?.isEmpty == false else { throw .unauthorized }
      guard core.isWithinRateLimit() else { throw .rateLimited }
      let path = request.path.dropFirst(Operation.prefix.count)
      let operation = try Operation(method: request.method, path: path)
      usesStandardErrors = operation.usesStandardErrors
      let parameters = try RequestParameters(body: request)
      return try core.perform(operation, query: request.query, parameters: parameters).response
    } catch {
      return HTTPResponse(
        status: error.status,
        headers: error == .rateLimited ? [HTTPHeaderField("Retry-After", "1")] : [],
        body: usesStandardErrors ? error.standardJSON : error.json
      )
    }
  }

  /// With `?wait=SECONDS` the answer waits until nothing is pending, or for that time.
  private func answerReport(_ request: HTTPSnapshot) async -> HTTPResponse {
    let asked = QueryReading(request.query)["wait"].flatMap(Double.init) ?? 0
    let deadline = ContinuousClock.now + .seconds(min(max(asked, 0), Self.maxReportWaitSeconds))
    while core.log.isPending, ContinuousClock.now < deadline, !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(20))
    }
    guard let json = core.report().json else {
      return HTTPResponse(status: 500, body: ["error": "The report could not be written."])
    }
    return HTTPResponse(
      status: 200,
      headers: [HTTPHeaderField("Content-Type", "application/json")],
      body: json
    )
  }
}
