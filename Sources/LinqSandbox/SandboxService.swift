import LinqEvents
import MicroHTTP

/// Answers requests: both APIs, files, what tests ask for, and the report.
struct SandboxService: Sendable {
  static let maxBodyBytes = 101 << 20
  /// How long `GET /sandbox/report?wait=…` may wait.
  static let maxReportWaitSeconds = 60.0

  let core: SandboxCore

  func answer(_ request: HTTPSnapshot) async -> HTTPResponse {
    if request.path.hasPrefix(Operation.prefix) { return answerV2(request) }
    if request.path.hasPrefix(V3Operation.prefix) { return V3Answer(core: core).answer(request) }
    let segments = request.path.split(separator: "/").map(String.init)
    switch (request.method, segments.first) {
    case ("GET", "sandbox") where segments == ["sandbox", "report"]: return await answerReport(request)
    case ("POST", "sandbox") where segments.count == 2: return answerTrigger(request, named: segments[1])
    case ("GET", "attachments") where segments.count >= 2: return answerFile(segments[1], request)
    case ("PUT", "attachments") where segments.count == 2: return answerUpload(segments[1], request)
    default: return HTTPResponse(status: 404, body: CallRejection.notFound("path in the sandbox").json)
    }
  }

  private func answerV2(_ request: HTTPSnapshot) -> HTTPResponse {
    var usesStandardErrors = false
    do throws(CallRejection) {
      guard core.isAccepted(token: request.header("X-LINQ-INTEGRATION-TOKEN")) else { throw .unauthorized }
      guard core.isWithinRateLimit() else { throw .rateLimited(retryAfterSeconds: 1) }
      let path = request.path.dropFirst(Operation.prefix.count)
      let operation = try Operation(method: request.method, path: path)
      usesStandardErrors = operation.usesStandardErrors
      let parameters = try RequestParameters(body: request)
      return try core.perform(operation, query: request.query, parameters: parameters).response
    } catch {
      return HTTPResponse(
        status: error.status,
        headers: error.retryAfterSeconds.map { [HTTPHeaderField("Retry-After", String($0))] } ?? [],
        body: usesStandardErrors ? error.standardJSON : error.json
      )
    }
  }

  private func answerTrigger(_ request: HTTPSnapshot, named name: String) -> HTTPResponse {
    do throws(CallRejection) {
      guard let trigger = Trigger(rawValue: name) else { throw .notFound("path in the sandbox") }
      var request = request
      // Whatever curl calls it, it is JSON.
      request.headers = [HTTPHeaderField("Content-Type", "application/json")]
      return try core.trigger(trigger, try RequestParameters(body: request)).response
    } catch {
      return HTTPResponse(status: error.status, body: error.json)
    }
  }

  private func answerFile(_ id: String, _ request: HTTPSnapshot) -> HTTPResponse {
    do throws(FileRefusal) {
      let file = try core.file(id, query: request.query)
      return HTTPResponse(
        status: 200,
        headers: [
          HTTPHeaderField("Content-Type", file.contentType),
          HTTPHeaderField("X-Content-Type-Options", "nosniff"),
        ],
        body: file.bytes
      )
    } catch {
      return Self.refusal(error, "The URL is unknown, or its time is over.")
    }
  }

  /// The signature in the URL is the permission; a token has no place here.
  private func answerUpload(_ id: String, _ request: HTTPSnapshot) -> HTTPResponse {
    guard request.header("Authorization") == nil else {
      return Self.refusal(.badRequest, "The upload takes no Authorization header.")
    }
    do throws(FileRefusal) {
      try core.upload(
        id,
        signature: QueryReading(request.query)["Signature"],
        contentType: request.header("Content-Type"),
        bytes: request.body
      )
      return HTTPResponse(status: 200)
    } catch {
      return Self.refusal(error, "The upload does not fit its ticket, or its time is over.")
    }
  }

  private static func refusal(_ refusal: FileRefusal, _ text: String) -> HTTPResponse {
    HTTPResponse(status: refusal.rawValue, body: ["error": .text(text)])
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

/// Answers calls below `/api/partner/v3/`.
struct V3Answer {
  let core: SandboxCore

  func answer(_ request: HTTPSnapshot) -> HTTPResponse {
    let traceID = Identifier.trace()
    let trace = HTTPHeaderField("X-Trace-ID", traceID)
    do throws(V3Rejection) {
      let reply = try perform(request)
      guard let json = reply.json else { return HTTPResponse(status: reply.status, headers: [trace]) }
      return HTTPResponse(status: reply.status, headers: [trace], body: json)
    } catch {
      let wait = error.retryAfterSeconds.map { [HTTPHeaderField("Retry-After", String($0))] } ?? []
      return HTTPResponse(status: error.status, headers: [trace] + wait, body: error.json(traceID: traceID))
    }
  }

  private func perform(_ request: HTTPSnapshot) throws(V3Rejection) -> Reply {
    guard core.isAccepted(token: bearerToken(request)) else { throw .unauthorized }
    guard core.isWithinRateLimit() else { throw .tooMany(retryAfterSeconds: 1) }
    let path = request.path.dropFirst(V3Operation.prefix.count)
    return try core.perform(
      V3Call(
        operation: try V3Operation(method: request.method, path: path),
        query: request.query,
        body: request.body,
        idempotencyKey: request.header("Idempotency-Key")
      )
    )
  }

  private func bearerToken(_ request: HTTPSnapshot) -> String? {
    let parts = (request.header("Authorization") ?? "").split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1])
  }
}
