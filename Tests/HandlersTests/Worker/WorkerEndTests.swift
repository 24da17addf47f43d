import Foundation
import LinqhookDelivery
import LogSupport
import Synchronization
import Testing

@testable import Handlers

// How a worker ends, and what becomes of the events that it has.
extension TheWorkerHandler {
  @Test func stopLetsTheWorkerFinish() async throws {
    let script = """
      time.sleep(0.2)
      say(id)
      """
    let handler = WorkerHandler(
      options: python(script),
      daemonEnvironment: ProcessInfo.processInfo.environment,
      logger: log.logger
    )
    try await handler.start()
    let started = Mutex(false)
    let result = Task {
      started.withLock { $0 = true }
      return await handler.handle(attempt(1))
    }
    await eventually("the event is handed over") { started.withLock { $0 } }
    await handler.stop()
    let value = await result.value
    // Handed over just before or just after the stop; never lost.
    #expect(value == .delivered || value == .interrupted)
  }

  /// Says on standard error what it has taken, and answers when its input ends.
  private static let respondingAtTheEnd = """
    import json, sys
    held = []
    for line in sys.stdin:
        held.append(json.loads(line)["id"])
        print("taken:", held[-1], file=sys.stderr, flush=True)
    for id in held: print(json.dumps(dict(id=id, result="ok")), flush=True)
    """

  private func taken(_ sequence: Int64) async {
    await eventually("the worker has the event") {
      log.lines.contains { $0.contains("taken: event-\(sequence)") }
    }
  }

  @Test func aDrainEndsTheInputAndWhatIsAnsweredThenIsDelivered() async throws {
    try await with(options(["python3", "-c", Self.respondingAtTheEnd])) { handler in
      async let first = handler.handle(attempt(1))
      async let second = handler.handle(attempt(2))
      await taken(1)
      await taken(2)
      await handler.beginDraining(within: .seconds(600))
      #expect(await [first, second] == [.delivered, .delivered])
    }
  }

  @Test func whatWaitsForAPlaceAtADrainIsHandedBack() async throws {
    try await with(options(["python3", "-c", Self.respondingAtTheEnd]) { $0.window = 1 }) { handler in
      async let first = handler.handle(attempt(1))
      await taken(1)
      async let second = handler.handle(attempt(2))
      await handler.beginDraining(within: .seconds(600))
      #expect(await [first, second] == [.delivered, .interrupted])
    }
  }

  @Test func aStuckWorkerIsEndedWhenTheDrainTimeIsOver() async throws {
    let script = "read -r line; echo 'taken: event-1' >&2; sleep 600"
    try await with(options(["/bin/sh", "-c", script])) { handler in
      async let stuck = handler.handle(attempt(1))
      await taken(1)
      await handler.beginDraining(within: .milliseconds(50))
      #expect(await stuck == .interrupted)
    }
  }

  @Test func stopEndsAWorkerThatDoesNotEnd() async throws {
    let options = options(["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"]) {
      $0.drain = .seconds(0.1)
      $0.grace = .seconds(0.1)
    }
    try await with(options) { _ in }
  }

  @Test func cancelledAttemptReturnsAtOnce() async throws {
    try await with(python("time.sleep(600)") { $0.drain = .seconds(0) }) { handler in
      let waiting = Task { await handler.handle(attempt(1)) }
      waiting.cancel()
      #expect(await waiting.value == .retry(reason: "The daemon is stopping."))
    }
  }
}
