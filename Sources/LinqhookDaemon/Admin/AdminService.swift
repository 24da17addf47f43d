import LinqhookConfiguration
import MicroHTTP

/// The admin address: health for supervisors, figures for Prometheus. These tell nothing about any event, so
/// they need no token, and the inspector's page tells nothing at all; the control API under `/api/` does need it, and is
/// not there without one.
enum AdminService {
  static func make(
    readiness: @escaping @Sendable () -> Readiness,
    metrics: @escaping @Sendable () -> [UInt8],
    control: GuardedControl,
    admin: @escaping @Sendable () -> AdminSettings
  ) -> HTTPClosureService {
    HTTPClosureService { request in
      let settings = admin()
      if let refusal = OriginCheck(hosts: settings.hosts).refusal(of: request) { return refusal }
      if settings.inspector, let page = InspectorPages.response(to: request) { return page }
      if request.path.hasPrefix("/api/"), let answer = await control.respond(to: request) { return answer }
      guard ["GET", "HEAD"].contains(request.method) else { return methodNotAllowed }
      switch request.path {
      case "/livez": return text(200, "ok\n")
      case "/readyz", "/healthz":
        let state = readiness()
        let isVerbose = (request.query ?? "").split(separator: "&").contains {
          $0 == "verbose" || $0.hasPrefix("verbose=")
        }
        return text(state.isReady ? 200 : 503, state.text(isVerbose: isVerbose))
      case "/metrics":
        return HTTPResponse(
          status: 200,
          headers: [HTTPHeaderField("Content-Type", PrometheusText.contentType)],
          body: metrics()
        )
      default: return notFound
      }
    }
  }

  private static let notFound = json(404, #"{"error":"not_found"}"#)

  private static let methodNotAllowed = HTTPResponse(
    status: 405,
    headers: [
      HTTPHeaderField("Content-Type", "application/json"),
      HTTPHeaderField("Allow", "GET, HEAD"),
    ],
    body: Array(#"{"error":"method_not_allowed"}"#.utf8)
  )

  private static func json(_ status: Int, _ body: String) -> HTTPResponse {
    HTTPResponse(
      status: status,
      headers: [HTTPHeaderField("Content-Type", "application/json")],
      body: Array(body.utf8)
    )
  }

  private static func text(_ status: Int, _ body: String) -> HTTPResponse {
    HTTPResponse(
      status: status,
      headers: [
        HTTPHeaderField("Content-Type", "text/plain; charset=utf-8"),
        HTTPHeaderField("Cache-Control", "no-store"),
      ],
      body: Array(body.utf8)
    )
  }
}
