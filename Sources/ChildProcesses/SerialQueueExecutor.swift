public import Dispatch

/// Runs an actor on a dispatch queue of its own, so that its blocking calls (starting a process, writing a
/// file) hold up that queue's thread and not one of the few that all tasks share.
///
/// Callbacks of dispatch sources on the same queue may enter the actor with `assumeIsolated`.
public final class SerialQueueExecutor: SerialExecutor {
  /// The queue that the actor runs on.
  public let queue: DispatchQueue

  /// An executor on a new queue; the label shows in debuggers.
  public init(label: String) { queue = DispatchQueue(label: label) }

  /// Queues one job of the actor.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  /// The reference that an actor returns as its `unownedExecutor`.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  /// Stops the program where code that claims to be on the queue is not.
  public func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
