internal import Dispatch
internal import Synchronization

/// The one thread that writes. Callers leave what they have in the intake; the writer takes all that waits,
/// commits it in one transaction with one sync, and then tells everybody.
///
/// The core sits behind a mutex only so that the compiler can check what the queue guarantees: nobody but
/// the queue takes it, so it never waits.
package final class Writer<Core: StoreCore>: Sendable {
  private let queue = DispatchQueue(label: "linqhook.inbox.writer")
  private let writeQueue = Mutex(WriteQueue<Core>())
  private let core: Mutex<Core>
  private let subscription = CommitSubscription()
  /// Signalled when the writer need not wait for more.
  private let gathered = MonotonicSemaphore()

  package init(core: consuming sending Core) {
    let maintenanceSeconds = core.maintenanceSeconds
    self.core = Mutex(core)
    if let maintenanceSeconds { scheduleMaintenance(every: maintenanceSeconds) }
  }

  /// Adds to the intake and wakes the writer; false if the inbox is closed and nothing was added.
  private func submit(_ add: (inout WriteQueue<Core>) -> Void) -> Bool {
    let (isOpen, mustWake) = writeQueue.withLock { writeQueue in
      guard writeQueue.isOpen else { return (false, false) }
      add(&writeQueue)
      if writeQueue.endGathering() { gathered.signal() }
      return (true, writeQueue.wake())
    }
    if mustWake { queue.async { self.drain() } }
    return isOpen
  }

  /// Adds events; nil if the inbox is closed, false if too much waits already.
  package func add(_ offer: WriteBatch.Offer) -> Bool? {
    var isTaken = false
    return submit { isTaken = $0.add(offer) } ? isTaken : nil
  }

  /// Adds a progress record; false if the inbox is closed.
  package func add(_ step: WriteBatch.Step) -> Bool { submit { $0.add(step) } }

  /// Adds a refused request; false if the inbox is closed or too much waits already.
  package func add(_ refused: RefusedRequest) -> Bool {
    var isTaken = false
    _ = submit { isTaken = $0.add(refused) }
    return isTaken
  }

  /// Runs `body` between two transactions, without waiting for it.
  package func enqueue(_ body: @escaping @Sendable (inout Core) -> Void) {
    _ = submit { $0.add(body) }
  }

  /// Runs `body` between two transactions.
  package func perform<Result: Sendable>(
    _ body: @escaping @Sendable (inout Core) throws(InboxError) -> Result
  ) async throws(InboxError) -> Result {
    let result: Swift.Result<Result, InboxError> = await withCheckedContinuation { continuation in
      let isOpen = submit { writeQueue in
        writeQueue.add { core in
          continuation.resume(returning: Swift.Result { () throws(InboxError) in try body(&core) })
        }
      }
      if !isOpen { continuation.resume(returning: .failure(.closed)) }
    }
    return try result.get()
  }

  package func subscribe(_ onCommit: @escaping @Sendable ([StoredEvent]) -> Void) {
    subscription.set(onCommit)
  }

  /// Takes nothing more, finishes what waits, and closes the file.
  package func close() async {
    let mustWake = writeQueue.withLock { writeQueue in
      writeQueue.close()
      if writeQueue.endGathering() { gathered.signal() }
      return writeQueue.wake()
    }
    if mustWake { queue.async { self.drain() } }
    // The queue is serial: behind the drain that closed the file, or behind one that did so earlier.
    await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
  }

  private func drain() {
    while true {
      switch writeQueue.withLock({ $0.next() }) {
      case .batch(let batch, let commands):
        tell(core.withLock { $0.process(batch) })
        core.withLock { core in for command in commands { command(&core) } }
      case .gather(let time):
        gathered.wait(for: time)
      case .close:
        core.withLock { $0.close() }
      case .idle:
        return
      }
      scheduleRecovery()
    }
  }

  /// Callers first, in the order in which they came; then the dispatcher.
  private func tell(_ results: CommitResults) {
    for answer in results.answers { answer.completion(answer.outcomes) }
    for report in results.reports { report.completion(report.failure) }
    subscription.publish(results.stored)
  }
}

// MARK: - What time brings

extension Writer {
  /// Forgets ids and prunes events whose time has come, in small steps; gives way when work arrives.
  func maintain() {
    var hasMore = true
    while hasMore, writeQueue.withLock({ $0.isEmpty }) {
      hasMore = core.withLock { $0.maintain() }
    }
    scheduleRecovery()
  }

  private func scheduleMaintenance(every seconds: Int) {
    queue.asyncAfter(deadline: .now() + .seconds(seconds)) { [weak self] in
      guard let self, writeQueue.withLock({ $0.isOpen }) else { return }
      maintain()
      scheduleMaintenance(every: seconds)
    }
  }

  /// Dispatch counts such a deadline on a clock that does not jump.
  private func scheduleRecovery() {
    guard let delay = core.withLock({ $0.nextRecoveryDelayMilliseconds() }) else { return }
    queue.asyncAfter(deadline: .now() + .milliseconds(delay)) { [weak self] in
      guard let self else { return }
      subscription.publish(core.withLock { $0.recover() })
      scheduleRecovery()
    }
  }
}
