import Answering
import LinqhookDelivery
import LinqhookInbox
import Synchronization

/// A program that answers what a closure says, and counts its runs.
final class TestProgram: AnsweringHandler {
  private let respond: @Sendable (DeliveryAttempt) async -> ProgramAnswer
  private let seen = Mutex<[DeliveryAttempt]>([])

  init(_ respond: @escaping @Sendable (DeliveryAttempt) async -> ProgramAnswer) { self.respond = respond }

  convenience init(lines: String) { self.init { _ in .lines(Array(lines.utf8)) } }

  convenience init(text: String) { self.init { _ in .text(Array(text.utf8)) } }

  /// What it was run with.
  var runs: [DeliveryAttempt] { seen.withLock(\.self) }

  func answer(_ attempt: DeliveryAttempt) async -> ProgramAnswer {
    seen.withLock { $0.append(attempt) }
    return await respond(attempt)
  }

  func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult { .delivered }
}

/// Keeps what is kept with one delivery, as an inbox does.
final class KeptOutbox: Sendable {
  private let all = Mutex<[[UInt8]]>([])

  var last: [UInt8]? { all.withLock(\.last) }
  var count: Int { all.withLock(\.count) }

  func keep(_ bytes: [UInt8]) { all.withLock { $0.append(bytes) } }
}

extension EventHandler {
  /// One attempt; what an earlier one kept comes back.
  func attempt(_ event: StoredEvent, _ kept: KeptOutbox = KeptOutbox(), number: Int = 1) async
    -> DeliveryResult
  {
    await handle(DeliveryAttempt(event: event, attempt: number, outbox: kept.last) { kept.keep($0) })
  }

  /// Attempts without their pauses until the delivery is settled, at most a hundred.
  func settle(_ event: StoredEvent, _ kept: KeptOutbox = KeptOutbox()) async -> (
    last: DeliveryResult, attempts: Int
  ) {
    for number in 1...100 {
      let result = await attempt(event, kept, number: number)
      switch result {
      case .retry, .postponed: continue
      case .delivered, .dead, .interrupted, .skipped: return (result, number)
      }
    }
    return (.retry(reason: "never settled"), 100)
  }
}
