internal import Dispatch

/// Threads beside those that all tasks share, of which there is one for each core.
///
/// swift-subprocess 1.0.2 reads from a pipe, and waits, on the thread that it is called on. Two such reads on two cores,
/// and nothing goes on any more that could end them: a run of the tests now and then hung for good.
final class SpareThreads: TaskExecutor {
  static let shared = SpareThreads()
  private let queue = DispatchQueue(label: "spare threads", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
