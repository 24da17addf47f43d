import Synchronization

/// A pause of one task that others can end before its time.
final class Pause: Sendable {
  private struct State {
    var sleep: Task<Void, Never>?
    var isCutBeforehand = false
  }

  private let state = Mutex(State())

  /// Returns after `duration`, when the pause is cut short, or when the task is cancelled.
  func wait(_ duration: Duration) async {
    let sleep = Task<Void, Never> { try? await Task.sleep(for: duration) }
    state.withLock { state in
      if state.isCutBeforehand { sleep.cancel() }
      state = State(sleep: sleep)
    }
    await withTaskCancellationHandler {
      await sleep.value
    } onCancel: {
      sleep.cancel()
    }
    state.withLock { $0.sleep = nil }
  }

  /// Ends the pause that is under way, or else the next one as soon as it begins.
  func cutShort() {
    state.withLock { state in
      if let sleep = state.sleep { sleep.cancel() } else { state.isCutBeforehand = true }
    }
  }
}
