import LinqEvents
import LinqhookConfiguration
import LinqhookDelivery
import LinqhookInbox
import Testing

@testable import LinqhookDaemon

/// The same API over an inbox that no receiver has: wishes are fulfilled by the next start.
@Suite(.timeLimit(.minutes(1))) struct StoppedReceiverTests {
  private let handlerPath = "crm%2F1%20%C3%BC"

  /// The answers of a stopped receiver to requests one after the other.
  private func ask(_ settings: Settings, _ requests: (String, String)...) async throws -> [Answer] {
    let stopped = try StoppedReceiver(settings) { _ in }
    var answers: [Answer] = []
    for (method, target) in requests {
      let (status, body) = await stopped.respond(method: method, target: target)
      answers.append(try Answer(status: status, bytes: body))
    }
    await stopped.close()
    return answers
  }

  /// Events that a receiver delivered, or gave up, before it was stopped.
  private func stopped(after ids: String..., answer: DeliveryResult = .delivered) async throws
    -> OperatedReceiver
  {
    let operated = try await OperatedReceiver(handler: ScriptedHandler(answer: answer))
    for id in ids { try await operated.accept(id) }
    await operated.stop()
    return operated
  }

  @Test func eventsAndFiguresAreSeen() async throws {
    let operated = try await stopped(after: "one", "two")
    let answers = try await ask(
      operated.settings,
      ("GET", "/api/receiver"),
      ("GET", "/api/events?state=delivered"),
      ("GET", "/api/stats")
    )
    #expect(answers[0].body[member: "receiver"]?.string == "stopped")
    #expect(answers[1].list("events").count == 2)
    #expect(answers[2].body[member: "events"] == ["pending": 0, "delivered": 2, "dead": 0])
    #expect(
      answers[2].list("handlers") == [["handler": "crm/1 ü", "pending": 0, "dead": 0, "paused": false]]
    )
  }

  @Test func aReplayGoesOutAtTheNextStartAndOnce() async throws {
    let operated = try await stopped(after: "one", "two")
    let answers = try await ask(
      operated.settings,
      ("POST", "/api/events/one/replay"),
      ("POST", "/api/events/one/replay"),
      ("GET", "/api/events/one")
    )
    #expect(answers[0].list("deliveries").map { $0[member: "outcome"]?.string } == ["queued"])
    #expect(answers[1].list("deliveries").map { $0[member: "outcome"]?.string } == ["already_pending"])
    #expect(answers[2].body[member: "state"]?.string == "pending")

    let next = try await OperatedReceiver(folder: operated.folder)
    #expect(await next.handler.next() == ["one"])
    try await next.accept("three")
    await next.stop()
  }

  @Test func deadLettersAreRetriedAtTheNextStartOrDropped() async throws {
    let operated = try await stopped(after: "one", "two", answer: .dead(reason: "no"))
    let answers = try await ask(
      operated.settings,
      ("GET", "/api/dead"),
      ("POST", "/api/dead/\(handlerPath)/1/retry"),
      ("DELETE", "/api/dead/\(handlerPath)/2"),
      ("GET", "/api/dead"),
      ("POST", "/api/dead/\(handlerPath)/2/retry")
    )
    #expect(answers[0].list("dead_letters").count == 2)
    #expect(answers[1].body[member: "outcome"]?.string == "queued")
    #expect(answers[2].body[member: "outcome"]?.string == "dropped")
    #expect(answers[3].list("dead_letters").isEmpty)
    #expect(answers[4].error == "not_dead")

    let next = try await OperatedReceiver(folder: operated.folder)
    #expect(await next.handler.next() == ["one"])
    try await next.accept("three")
    await next.stop()
  }

  @Test func aPauseHoldsFromTheNextStartUntilItIsTakenBack() async throws {
    let operated = try await stopped(after: "one")
    let answers = try await ask(
      operated.settings,
      ("POST", "/api/events/one/replay"),
      ("POST", "/api/handlers/\(handlerPath)/pause"),
      ("GET", "/api/handlers")
    )
    #expect(answers[1].body[member: "outcome"]?.string == "paused")
    #expect(answers[2].list("handlers").first?[member: "paused"] == .scalar(.bool(true)))

    let next = try await OperatedReceiver(folder: operated.folder)
    #expect(next.receiver.dispatcher.statistics.map(\.isPaused) == [true])
    #expect(next.receiver.dispatcher.statistics.map(\.pendingEvents) == [1])
    _ = try await next.ask(.overTheSocket, "POST", "/api/handlers/\(handlerPath)/resume")
    #expect(await next.handler.next() == ["one"])
    await next.stop()
  }

  @Test func aHandlerThatHasNeverRunIsToldApart() async throws {
    let operated = try await stopped(after: "one")
    var settings = operated.settings
    settings.handlers.append(HandlerSettings(name: "new", kind: .log(LogHandlerSettings())))
    let answers = try await ask(
      settings,
      ("POST", "/api/events/one/replay"),
      ("POST", "/api/events/one/replay?handler=new"),
      ("GET", "/api/stats"),
      ("POST", "/api/handlers/new/pause")
    )
    #expect(answers[0].list("deliveries").map { $0[member: "handler"]?.string } == ["crm/1 ü"])
    #expect(answers[1].status == 404)
    #expect(answers[3].status == 404)
    #expect(answers[2].list("handlers").last == ["handler": "new", "pending": 0, "dead": 0, "paused": false])
  }

  @Test func itDoesNotOpenAnInboxThatAReceiverHas() async throws {
    let operated = try await OperatedReceiver()
    let error = #expect(throws: DaemonError.self) { try StoppedReceiver(operated.settings) { _ in } }
    #expect(error?.kind == .unavailable)
    await operated.stop()
  }
}
