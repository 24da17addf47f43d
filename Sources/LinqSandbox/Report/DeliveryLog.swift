import LinqEvents
import Synchronization

/// Records all deliveries, and whether any is pending.
final class DeliveryLog: Sendable {
  private struct State {
    var deliveries: [SandboxReport.Delivery] = []
    /// Unfinished stories and unsettled deliveries.
    var openCount = 0
  }

  private let state = Mutex(State())
  private let start = ContinuousClock.now

  var nowMicroseconds: Int64 {
    let elapsed = (ContinuousClock.now - start).components
    return elapsed.seconds * 1_000_000 + elapsed.attoseconds / 1_000_000_000_000
  }

  var isPending: Bool { state.withLock { $0.openCount > 0 } }
  var deliveries: [SandboxReport.Delivery] { state.withLock { $0.deliveries } }

  /// Marks the begin of a story; `close` marks its end.
  func open() { state.withLock { $0.openCount += 1 } }
  func close() { state.withLock { $0.openCount -= 1 } }

  /// Adds a delivery and returns its number.
  func add(_ event: EventBody, to subscription: SubscriptionRecord) -> Int {
    state.withLock { state in
      state.openCount += 1
      state.deliveries.append(
        SandboxReport.Delivery(
          eventID: event.id,
          eventType: event.type,
          chatID: event.chatID,
          subscriptionID: subscription.id,
          form: event.form.rawValue,
          url: subscription.url,
          outcome: .pending,
          attempts: []
        )
      )
      return state.deliveries.count - 1
    }
  }

  func append(_ attempt: SandboxReport.Attempt, to number: Int) {
    state.withLock { $0.deliveries[number].attempts.append(attempt) }
  }

  func settle(_ number: Int, _ outcome: SandboxReport.Outcome) {
    state.withLock { state in
      state.deliveries[number].outcome = outcome
      state.openCount -= 1
    }
  }
}
