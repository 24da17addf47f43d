import LinqEvents
import LinqhookAuthentication
import MicroHTTP

/// The control API on an address that others may reach: only for who knows the token (RFC 6750, section 2.1).
struct GuardedControl: Sendable {
  let service: ControlService
  /// The token in force, which a reload may change; without one the control API is not there.
  let token: @Sendable () -> Secret?
  /// Counts the wrong ones and makes who guesses wait.
  let desk: TokenDesk

  /// Nil where there is no token.
  func respond(to request: HTTPSnapshot) async -> HTTPResponse? {
    guard let token = token() else { return nil }
    let verdict = desk.judge(
      request.remoteAddress,
      offersSomething: request.header("Authorization") != nil
    ) { Self.bearerToken(of: request)?.isEqual(to: token) ?? false }
    switch verdict {
    case .right: return await service.respond(to: request)
    case .refused(.tooMany(let waitSeconds)): return Self.wait(seconds: waitSeconds)
    case .refused: return Self.refusal
    }
  }

  private static func bearerToken(of request: HTTPSnapshot) -> Secret? {
    let fields = request.headers.filter { $0.name.lowercased() == "authorization" }
    guard fields.count == 1, let value = fields.first?.value else { return nil }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return try? Secret(String(parts[1]))
  }

  private static func wait(seconds: Int) -> HTTPResponse {
    HTTPResponse(
      status: 429,
      json:
        #"{"error":"too_many_wrong_tokens","detail":"Too many tokens from this address were wrong. Wait."}"#,
      headers: [HTTPHeaderField("Retry-After", "\(seconds)")]
    )
  }

  private static let refusal = HTTPResponse(
    status: 401,
    json: #"{"error":"unauthorized","detail":"Give the admin token as Authorization: Bearer TOKEN."}"#,
    headers: [HTTPHeaderField("WWW-Authenticate", #"Bearer realm="linqhook""#)]
  )
}
