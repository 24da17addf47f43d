import LinqhookInbox
import Synchronization

// When the pump waits: for events to gather, after a failure, and while the operator has paused the handler.
extension BatchPump {
  /// With this many events waiting there is no need to gather more.
  private static let maxGathered = 256
  /// A pause by the operator is looked at again after this time, and at once when it ends.
  private static let longestLook = Duration.seconds(3600)

  nonisolated func setPaused(_ isPaused: Bool) async {
    self.isPaused.store(isPaused, ordering: .sequentiallyConsistent)
    metrics.update { $0.isPaused = isPaused }
    // A handler that hangs keeps the pump from hearing of it; it looks for itself when the handler goes on.
    if !isPaused { Task { await goOn() } }
  }

  private func goOn() {
    pause?.cancel()
    feed.wake()
  }

  /// Whether the operator has paused the handler.
  var isHeldBack: Bool { isPaused.load(ordering: .sequentiallyConsistent) }

  /// Returns when the handler is not paused, or the pump stops.
  func untilResumed() async {
    while isHeldBack, phase == .delivering { await pause(Self.longestLook) }
  }

  func gather() async {
    guard handler.gatheringTime > .zero, feed.backlog < Self.maxGathered else { return }
    await pause(handler.gatheringTime)
  }

  // A drain must not wait for a pause.
  func pause(_ duration: Duration) async {
    guard phase == .delivering else { return }
    let pause = Task { [clock = context.clock] in _ = try? await clock.sleep(for: duration) }
    self.pause = pause
    await pause.value
  }
}
