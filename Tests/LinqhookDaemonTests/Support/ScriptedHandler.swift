import LinqhookDelivery
import LinqhookInbox
import Synchronization

/// A handler that tells each attempt to whoever waits for it and answers as the test says at that moment.
final class ScriptedHandler: EventHandler {
  /// The attempts, in order.
  let attempts: AsyncStream<DeliveryAttempt>
  private let made: AsyncStream<DeliveryAttempt>.Continuation
  private let answer: Mutex<DeliveryResult>

  init(answer: DeliveryResult = .delivered) {
    self.answer = Mutex(answer)
    (attempts, made) = AsyncStream.makeStream()
  }

  /// From now on every attempt has this result.
  func answers(_ result: DeliveryResult) { answer.withLock { $0 = result } }

  func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    defer { made.yield(attempt) }
    return answer.withLock { $0 }
  }

  /// Waits for so many more attempts and gives the ids of their events.
  func next(_ count: Int = 1) async -> [String] {
    var ids: [String] = []
    for await attempt in attempts {
      ids.append(attempt.event.eventID)
      if ids.count == count { break }
    }
    return ids
  }
}
