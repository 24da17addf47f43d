import Testing

@testable import LinqhookDaemon

@Suite struct ControlRouteTests {
  @Test(arguments: [
    ("GET", "/api/receiver", ControlRoute.receiver),
    ("GET", "/api/stats", .stats),
    ("GET", "/api/events", .listEvents),
    ("GET", "/api/events/a%2Fb%20c", .showEvent(.id("a/b c"))),
    ("GET", "/api/events/%2312", .showEvent(.sequence(12))),
    ("GET", "/api/events/replay", .showEvent(.id("replay"))),
    ("POST", "/api/events/x/replay", .replay(.id("x"))),
    ("GET", "/api/dead", .listDead),
    ("POST", "/api/dead/h%2F1/7/retry", .retryDead(handler: "h/1", sequence: 7)),
    ("DELETE", "/api/dead/h/7", .dropDead(handler: "h", sequence: 7)),
    ("GET", "/api/handlers", .listHandlers),
    ("DELETE", "/api/handlers/h%2F1", .forgetHandler("h/1")),
    ("POST", "/api/handlers/h%2F1/pause", .setPaused(handler: "h/1", isPaused: true)),
    ("POST", "/api/handlers/resume/resume", .setPaused(handler: "resume", isPaused: false)),
    ("GET", "/api/quarantine", .listQuarantine),
    ("GET", "/api/quarantine/3", .showQuarantined(3)),
    ("DELETE", "/api/quarantine/3", .dropQuarantined(3)),
    ("POST", "/api/quarantine/reverify", .reverify),
    ("POST", "/api/quarantine/3/accept", .acceptQuarantined(3)),
  ])
  func pathsSayWhatIsAskedFor(_ method: String, _ path: String, _ route: ControlRoute) throws {
    #expect(try ControlRoute(method: method, path: path) == route)
  }

  @Test(arguments: [
    ("GET", "/", 404), ("GET", "/api", 404), ("GET", "/api/", 404), ("GET", "/api/nothing", 404),
    ("GET", "/metrics", 404), ("GET", "/api/events/", 404), ("GET", "/api/events/a/b", 404),
    ("GET", "/api/events/%FF", 404), ("POST", "/api/dead/h/x/retry", 404), ("GET", "/api/dead/h", 404),
    ("GET", "/api/quarantine/x", 404), ("GET", "/api/quarantine/1/2", 404), ("GET", "/api/stats/x", 404),
    ("POST", "/api/stats", 405), ("DELETE", "/api/events", 405), ("POST", "/api/events/x", 405),
    ("GET", "/api/events/x/replay", 405), ("GET", "/api/dead/h/7/retry", 405), ("GET", "/api/dead/h/7", 405),
    ("GET", "/api/handlers/h/1", 404), ("POST", "/api/handlers", 405), ("GET", "/api/handlers/h", 405),
    ("GET", "/api/handlers/h/pause", 405), ("DELETE", "/api/handlers/h/resume", 405),
    ("POST", "/api/handlers/h/stop", 404), ("POST", "/api/handlers/h/pause/1", 404),
    ("POST", "/api/quarantine", 405), ("GET", "/api/quarantine/reverify", 405),
    ("POST", "/api/quarantine/3", 405), ("GET", "/api/quarantine/3/accept", 405),
    ("POST", "/api/quarantine/x/accept", 404), ("POST", "/api/quarantine/3/accept/4", 404),
  ])
  func otherPathsAndMethodsAreRefused(_ method: String, _ path: String, _ status: Int) {
    let problem = #expect(throws: ControlProblem.self) { try ControlRoute(method: method, path: path) }
    #expect(problem?.code.status == status)
  }
}
