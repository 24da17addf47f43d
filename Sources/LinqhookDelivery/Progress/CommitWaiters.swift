import LinqhookInbox
import Synchronization

/// The tasks that wait until a record of a `ProgressWriter` is on disk.
final class CommitWaiters: Sendable {
  private typealias Waiter = (record: Int, continuation: CheckedContinuation<Void, any Error>)

  private struct State {
    var committed = 0
    var end: InboxError?
    var waiting: [Int: Waiter] = [:]
    var lastID = 0
  }

  private let state = Mutex(State())

  /// Returns when everything up to a record is on disk. Throws when a write fails before, although it is repeated: that
  /// may take as long as a disk is full. Throws as well when nothing is written any more, and on cancellation.
  func wait(for record: Int) async throws {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result: Result<Void, any Error>? = state.withLock { state in
          if state.committed >= record { return .success(()) }
          if let end = state.end { return .failure(end) }
          // A cancellation that came before found nobody to tell.
          if Task.isCancelled { return .failure(CancellationError()) }
          state.waiting[id] = (record, continuation)
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      let waiter = state.withLock { $0.waiting.removeValue(forKey: id) }
      waiter?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Everything up to this record is on disk.
  func committed(_ record: Int) {
    let done = state.withLock { state in
      state.committed = record
      guard !state.waiting.isEmpty else { return [Waiter]() }
      let done = state.waiting.filter { $0.value.record <= record }
      for id in done.keys { state.waiting[id] = nil }
      return Array(done.values)
    }
    for waiter in done { waiter.continuation.resume() }
  }

  /// A write has failed.
  func failed(_ error: InboxError) { fail(error, isEnd: false) }

  /// Nothing is written any more.
  func end() { fail(.closed, isEnd: true) }

  private func fail(_ error: InboxError, isEnd: Bool) {
    let waiting = state.withLock { state in
      if isEnd { state.end = error }
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for waiter in waiting { waiter.continuation.resume(throwing: error) }
  }
}
