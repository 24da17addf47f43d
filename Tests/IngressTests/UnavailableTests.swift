import InboxSupport
import Ingress
import LinqhookInbox
import MicroHTTP
import Synchronization
import Testing

/// What the server answers instead of the inbox.
@Suite struct UnavailableTests {
  @Test func anEventThatIsStoredTooLateCountsOnceAsUnavailable() async throws {
    let inbox = MemoryInbox()
    let hesitant = HesitantAcceptor(inbox: inbox)
    let receiver = try ReceiverUnderTest(
      .overASocket,
      inbox: inbox,
      acceptor: hesitant,
      limits: HTTPLimits(responseTimeoutSeconds: 1)
    )
    let post = try Signed.post(Signed.message(id: "evt_1"))
    #expect(try await receiver.send(post).status == 503)
    #expect(receiver.service.statistics.outcomes[.unavailable] == 1)
    hesitant.tell()
    // On the same connection, so what became of the first is known on its loop before this is answered.
    let again = try await receiver.send(post)
    #expect(again.body == #"{"status":"duplicate","event_id":"evt_1"}"#)
    let outcomes = receiver.service.statistics.outcomes
    #expect(outcomes.filter { $0.value > 0 } == [.unavailable: 1, .duplicate: 1])
    await receiver.stop()
  }

  @Test func anEventForWhichThereIsNoMemoryCountsOnceAsUnavailable() async throws {
    let receiver = try ReceiverUnderTest(.overASocket, limits: HTTPLimits(maxBodyBytesInFlight: 16))
    let answer = try await receiver.send(try Signed.post(Signed.message(id: "evt_1")))
    #expect(answer.status == 503)
    let outcomes = receiver.service.statistics.outcomes
    #expect(outcomes.filter { $0.value > 0 } == [.unavailable: 1])
    await receiver.stop()
  }
}

/// Stores at once, and says what became of the first events only when it is told to.
private final class HesitantAcceptor: EventAcceptor, Quarantine {
  private enum Memory {
    case untouched, told
    case kept(@Sendable () -> Void)
  }

  private let inbox: MemoryInbox
  private let memory = Mutex(Memory.untouched)

  init(inbox: MemoryInbox) { self.inbox = inbox }

  func tell() {
    let kept = memory.withLock { memory in
      defer { memory = .told }
      return memory
    }
    if case .kept(let completion) = kept { completion() }
  }

  func accept(_ events: [InboundEvent], completion: @escaping @Sendable ([AcceptanceOutcome]) -> Void) {
    inbox.accept(events) { outcomes in
      let isKept = self.memory.withLock { memory in
        guard case .untouched = memory else { return false }
        memory = .kept { completion(outcomes) }
        return true
      }
      if !isKept { completion(outcomes) }
    }
  }

  func quarantine(_ request: QuarantinedRequest) { inbox.quarantine(request) }

  func quarantined(after number: Int64, limit: Int) async throws(InboxError) -> [QuarantinedRequest] {
    try await inbox.quarantined(after: number, limit: limit)
  }

  func quarantined(number: Int64) async throws(InboxError) -> QuarantinedRequest? {
    try await inbox.quarantined(number: number)
  }

  func removeQuarantined(_ numbers: [Int64]) async throws(InboxError) -> Int {
    try await inbox.removeQuarantined(numbers)
  }
}
