internal import FoundationEssentials
internal import LinqhookDelivery
internal import Synchronization

/// What one worker shows of itself: written on its queue, read from any thread.
final class WorkerBoard: Sendable {
  /// After this many ends in a row, without an answer between, the program does not work.
  static let minEnds = 3

  private struct State {
    var figures = ProgramFigures()
    var endsInARow = 0
    var trouble: HandlerFailure?
  }

  private let state = Mutex(State())

  var figures: ProgramFigures { state.withLock { $0.figures } }

  var trouble: HandlerFailure? {
    state.withLock { $0.endsInARow >= Self.minEnds ? $0.trouble : nil }
  }

  /// Counts something.
  func count(_ figure: WritableKeyPath<ProgramFigures, Int>) {
    state.withLock { $0.figures[keyPath: figure] += 1 }
  }

  /// It ended, or could not be started at all.
  func noteEnd(_ reason: String) {
    let now = Int64(Date.now.timeIntervalSince1970 * 1000)
    state.withLock { state in
      state.endsInARow += 1
      state.trouble = HandlerFailure(reason: reason, atMilliseconds: now)
    }
  }

  /// It answered, or has been up for long enough.
  func noteHealth() {
    state.withLock { state in
      state.endsInARow = 0
      state.trouble = nil
    }
  }
}
