import Synchronization

/// The way from any task to the driver's thread.
final class Mailbox: Sendable {
  enum Message: Sendable {
    case start(Submission)
    case abort(id: Int)
  }

  private enum Phase {
    case open
    case closing
    case ended
  }

  private struct State {
    var phase = Phase.open
    /// Here to be woken; gone when the driver has left its loop.
    var multi: CurlMulti?
    var messages: [Message] = []
    var endWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(_ multi: CurlMulti) {
    state = Mutex(State(multi: multi))
  }

  /// The handle that the driver works with; nil when there is none any more.
  var multi: CurlMulti? { state.withLock(\.multi) }

  /// Hands over a request; one that comes too late fails at once.
  func submit(_ submission: Submission) {
    if !post(.start(submission)) {
      submission.continuation.resume(returning: .failure(.shutDown))
    }
  }

  /// Asks for the end of a transfer; one that is over or unknown is passed over.
  func abort(_ id: Int) {
    _ = post(.abort(id: id))
  }

  /// Asks the driver to end.
  func close() {
    state.withLock { state in
      guard state.phase == .open else { return }
      state.phase = .closing
      state.multi?.wakeUp()
    }
  }

  /// Takes everything that was posted. `isLast` tells the driver to end and not to wait again: nothing more will be
  /// posted, and the wake-up for the end may have gone with that for a message.
  func collect() -> (messages: [Message], isLast: Bool) {
    state.withLock { state in
      if state.phase != .open { state.multi = nil }
      defer { state.messages.removeAll(keepingCapacity: true) }
      return (state.messages, isLast: state.phase != .open)
    }
  }

  /// Says that the driver has ended and its connections are closed.
  func reportEnd() {
    let waiters = state.withLock { state in
      state.phase = .ended
      defer { state.endWaiters = [] }
      return state.endWaiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if state.phase != .ended { state.endWaiters.append(continuation) }
        return state.phase == .ended
      }
      if hasEnded { continuation.resume() }
    }
  }

  private func post(_ message: Message) -> Bool {
    state.withLock { state in
      guard state.phase == .open else { return false }
      state.messages.append(message)
      // One wake-up is enough for all that is taken at once.
      if state.messages.count == 1 { state.multi?.wakeUp() }
      return true
    }
  }
}
