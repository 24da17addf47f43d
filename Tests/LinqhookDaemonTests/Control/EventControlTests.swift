import LinqEvents
import LinqhookConfiguration
import LinqhookDelivery
import LinqhookInbox
import LogSupport
import MicroHTTP
import Testing

@testable import LinqhookDaemon

/// Events and dead letters of a running receiver, asked for in process and over the control socket.
@Suite(.timeLimit(.minutes(1))) struct EventControlTests {
  private let handlerPath = "crm%2F1%20%C3%BC"

  @Test(arguments: Depth.allCases)
  func eventsAreListedByStateTypeTimeAndSequence(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver()
    try await operated.accept("one", "two")
    _ = await operated.receiver.inbox.accept(OperatedReceiver.event("three", type: "chat.created"))
    let all = try await operated.ask(depth, "/api/events?state=delivered") { $0.list("events").count == 3 }
    #expect(all.list("events").map { $0[member: "event_id"]?.string } == ["one", "two", "three"])
    func ids(_ query: String) async throws -> [String?] {
      try await operated.ask(depth, "GET", "/api/events?\(query)").list("events")
        .map { $0[member: "event_id"]?.string }
    }
    #expect(try await ids("type=chat.%2A") == ["three"])
    #expect(try await ids("limit=1") == ["three"])
    #expect(try await ids("after=1&limit=1") == ["two"])
    #expect(try await ids("since=2999-01-01T00:00:00Z").isEmpty)
    #expect(try await ids("state=dead").isEmpty)
    #expect(try await ids("state=delivered&handler=\(handlerPath)").count == 3)
    await operated.stop()
  }

  @Test(arguments: Depth.allCases)
  func anEventIsShownWithItsPayloadAndWhatBecameOfIt(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver(
      handler: ScriptedHandler(answer: .dead(reason: "no such customer"))
    )
    try await operated.accept("id/with ü")
    let target = "/api/events/id%2Fwith%20%C3%BC"
    let answer = try await operated.ask(depth, target) { $0.body[member: "state"]?.string == "dead" }
    let delivery = try #require(answer.list("deliveries").first)
    #expect(delivery[member: "handler"]?.string == "crm/1 ü")
    #expect(delivery[member: "attempts"]?.integer == 1)
    #expect(delivery[member: "error"]?.string == "no such customer")
    #expect(answer.body[member: "payload"]?[member: "data"]?[member: "text"]?.string == "hello")
    #expect(answer.body[member: "source"]?.string == "line=1")
    #expect(try await operated.ask(depth, "GET", "/api/events/%231").text == answer.text)
    await operated.stop()
  }

  @Test(arguments: Depth.allCases)
  func whatWasSkippedIsToldApartWithItsReason(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver(
      handler: ScriptedHandler(answer: .skipped(reason: "own message"))
    )
    try await operated.accept("one")
    let answer = try await operated.ask(depth, "/api/events/one") {
      $0.list("deliveries").first?[member: "reason"] != nil
    }
    #expect(answer.body[member: "state"]?.string == "delivered")
    let delivery = try #require(answer.list("deliveries").first)
    #expect(delivery[member: "state"]?.string == "skipped")
    #expect(delivery[member: "reason"]?.string == "own message")
    #expect(delivery[member: "error"] == nil)
    let listed = try await operated.ask(depth, "GET", "/api/events?state=delivered").list("events")
    #expect(listed.first?[member: "deliveries"]?.elements?.first?[member: "state"]?.string == "delivered")
    await operated.stop()
  }

  @Test(arguments: Depth.allCases)
  func aHandlerIsPausedAndResumed(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver()
    try await operated.accept("one")
    func paused() async throws -> [JSONValue?] {
      try await operated.ask(depth, "GET", "/api/handlers").list("handlers").map { $0[member: "paused"] }
    }
    #expect(try await paused() == [.scalar(.bool(false))])
    for _ in 1...2 {
      let answer = try await operated.ask(depth, "POST", "/api/handlers/\(handlerPath)/pause")
      #expect(answer.status == 200)
      #expect(answer.body == ["handler": "crm/1 ü", "outcome": "paused"])
    }
    #expect(try await paused() == [.scalar(.bool(true))])
    _ = await operated.receiver.inbox.accept(OperatedReceiver.event("two"))
    let stats = try await operated.ask(depth, "/api/stats") {
      $0.list("handlers").first?[member: "pending"]?.integer == 1
    }
    #expect(stats.list("handlers").first?[member: "health"]?.string == "working")
    let resumed = try await operated.ask(depth, "POST", "/api/handlers/\(handlerPath)/resume")
    #expect(resumed.body == ["handler": "crm/1 ü", "outcome": "resumed"])
    #expect(await operated.handler.next() == ["two"])
    #expect(operated.log.text.contains("operator paused a handler"))
    await operated.stop()
  }

  @Test(arguments: Depth.allCases)
  func aReplayReachesTheHandlerAgain(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver()
    try await operated.accept("one", "two")
    let answer = try await operated.ask(depth, "POST", "/api/events/one/replay")
    #expect(answer.status == 200)
    #expect(answer.list("deliveries").map { $0[member: "outcome"]?.string } == ["queued"])
    #expect(await operated.handler.next() == ["one"])
    let one = try await operated.ask(depth, "POST", "/api/events/%232/replay?handler=\(handlerPath)")
    #expect(one.status == 200)
    #expect(await operated.handler.next() == ["two"])
    #expect(operated.log.text.contains("operator replayed an event"))
    await operated.stop()
  }

  @Test(arguments: Depth.allCases)
  func whatAHandlerThatIsGoneHasLeftIsDropped(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver(handler: ScriptedHandler(answer: .dead(reason: "no")))
    try await operated.accept("one", "two")
    _ = try await operated.ask(depth, "/api/dead") { $0.list("dead_letters").count == 2 }
    let refused = try await operated.ask(depth, "DELETE", "/api/handlers/\(handlerPath)")
    #expect(refused.status == 409)
    #expect(refused.body[member: "detail"]?.string?.contains("Take it out and reload") == true)
    #expect(try await operated.ask(depth, "GET", "/api/dead").list("dead_letters").count == 2)

    var without = operated.settings
    without.handlers = []
    try await operated.receiver.reload(without)
    let handlers = try await operated.ask(depth, "GET", "/api/handlers").list("handlers")
    #expect(
      handlers.map { String(decoding: $0.compactBytes, as: UTF8.self) } == [
        #"{"handler":"crm/1 ü","pending":0,"dead":2,"paused":false,"configured":false}"#
      ]
    )
    let dropped = try await operated.ask(depth, "DELETE", "/api/handlers/\(handlerPath)")
    #expect(dropped.status == 200)
    #expect(dropped.body[member: "dead"]?.integer == 2)
    #expect(operated.log.text.contains("operator dropped a handler's backlog"))
    #expect(try await operated.ask(depth, "GET", "/api/handlers").list("handlers").isEmpty)
    #expect(try await operated.ask(depth, "GET", "/api/dead").list("dead_letters").isEmpty)
    #expect(try await operated.ask(depth, "DELETE", "/api/handlers/\(handlerPath)").status == 404)
    await operated.stop()
  }

  @Test func aReloadThatTheDispatcherRefusesIsRefusedInItsWords() async throws {
    let operated = try await OperatedReceiver()
    let twice = OperatedReceiver.settings(operated.folder) { $0.handlers += $0.handlers }
    let error = await #expect(throws: DaemonError.self) { try await operated.receiver.reload(twice) }
    #expect(error?.description == "Two handlers have the same name; give each its own.")
    await operated.stop()
  }

  @Test(arguments: Depth.allCases)
  func deadLettersAreRetriedAndDropped(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver(handler: ScriptedHandler(answer: .dead(reason: "no")))
    try await operated.accept("one", "two")
    let dead = try await operated.ask(depth, "/api/dead") { $0.list("dead_letters").count == 2 }
    #expect(dead.list("dead_letters").map { $0[member: "error"]?.string } == ["no", "no"])

    operated.handler.answers(.delivered)
    #expect(try await operated.ask(depth, "POST", "/api/dead/\(handlerPath)/1/retry").status == 200)
    #expect(await operated.handler.next() == ["one"])
    #expect(try await operated.ask(depth, "DELETE", "/api/dead/\(handlerPath)/2").status == 200)
    let none = try await operated.ask(depth, "/api/dead?handler=\(handlerPath)") {
      $0.list("dead_letters").isEmpty
    }
    #expect(none.status == 200)
    let stats = try await operated.ask(depth, "/api/stats") {
      $0.body[member: "events"]?[member: "delivered"]?.integer == 2
    }
    #expect(stats.list("handlers").first?[member: "dead"]?.integer == 0)
    await operated.stop()
  }

  @Test(arguments: Depth.allCases)
  func whatCannotBeDoneIsSaidWithAStatusAndASentence(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver()
    try await operated.accept("one")
    let cases: [(method: String, target: String, status: Int, error: String)] = [
      ("GET", "/api/events/none", 404, "not_found"),
      ("GET", "/api/events/%2399", 404, "not_found"),
      ("POST", "/api/events/one/replay?handler=nobody", 404, "not_found"),
      ("POST", "/api/dead/\(handlerPath)/1/retry", 409, "not_dead"),
      ("DELETE", "/api/dead/\(handlerPath)/1", 409, "not_dead"),
      ("GET", "/api/events?state=lost", 400, "invalid_request"),
      ("GET", "/api/events?limit=0", 400, "invalid_request"),
      ("GET", "/api/events?since=yesterday", 400, "invalid_request"),
      ("GET", "/api/events?colour=red", 400, "invalid_request"),
      ("GET", "/api/events?limit=1&limit=2", 400, "invalid_request"),
      ("GET", "/api/events?handler=nobody", 404, "not_found"),
      ("POST", "/api/handlers/nobody/pause", 404, "not_found"),
      ("GET", "/api/quarantine/1", 404, "not_found"),
      ("DELETE", "/api/quarantine/1", 404, "not_found"),
      ("PUT", "/api/events", 405, "method_not_allowed"),
      ("GET", "/metrics", 404, "not_found"),
    ]
    for expected in cases {
      let answer = try await operated.ask(depth, expected.method, expected.target)
      #expect(answer.status == expected.status, "\(expected)")
      #expect(answer.error == expected.error, "\(expected)")
      #expect(answer.body[member: "detail"]?.string?.hasSuffix(".") == true, "\(expected)")
    }
    await operated.stop()
  }
}
