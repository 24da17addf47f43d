import LinqhookInbox
import Logging
import Synchronization

// What the dispatcher asks of the pump. A handler that hangs, in a write to a dead mount for example, keeps its executor,
// and the pump runs on that: a caller there would hang as well. So they ask from outside and wait for a time.
extension BatchPump {
  /// Longer than a batch takes on a slow disk.
  private static let answerTime = Duration.seconds(5)
  /// After the handler was cancelled and had its time to end: for its stop, and for the progress to be written.
  private static let stopGrace = Duration.seconds(5)

  /// A file or a log has nothing to say between its batches.
  nonisolated var report: HandlerReport { HandlerReport() }

  nonisolated func run() async {
    let work = Task {
      await self.work()
      ended.open()
    }
    await withTaskCancellationHandler {
      await ended.wait()
    } onCancel: {
      work.cancel()
    }
  }

  /// A pump that is left alone stops all the same, should its handler go on.
  nonisolated func drain(until deadline: Duration) async -> Bool {
    Task { await stop(until: deadline) }
    let end = max(deadline, context.clock.now) + PumpContext.cancellationGrace + Self.stopGrace
    if await stopped.wait(until: end, clock: context.clock) { return true }
    context.logger.error(
      "handler hangs; unrecorded deliveries repeat after a restart",
      metadata: ["handler": "\(registration.name)"]
    )
    ended.open()
    return false
  }

  /// What comes too late is still what the operator wanted.
  nonisolated func reopen() async {
    let reopened = Latch()
    Task {
      await handler.reopen()
      reopened.open()
    }
    if await reopened.wait(until: context.clock.now + Self.answerTime, clock: context.clock) { return }
    context.logger.warning(
      "handler hangs; its files are reopened when it continues",
      metadata: ["handler": "\(registration.name)"]
    )
  }

  nonisolated func replay(
    _ event: StoredEvent,
    row: DeferredDelivery?
  ) async throws(DispatcherError) -> ReplayOutcome {
    try await ask { $0.stageReplay(of: event, row: row) }
  }

  nonisolated func dropDead(_ sequence: Int64) async throws(DispatcherError) {
    try await ask { $0.stageRemoval(of: sequence) }
  }

  nonisolated func checkAnswers() async throws(DispatcherError) { try await ask { _ in } }

  private func stageReplay(of event: StoredEvent, row: DeferredDelivery?) -> ReplayOutcome {
    let isOpen = row?.state == .waiting || row?.state == .retrying
    // What the feed has given may still be in the handler's hands; only what is staged has been delivered.
    guard phase == .delivering, event.sequence <= writer.cursor, !isOpen else { return .alreadyPending }
    replayRecord = writer.stage(
      rows: [DeferredDelivery(sequence: event.sequence, state: .waiting, lane: Self.replayLane)])
    if !replayLanes.contains(Self.replayLane) { replayLanes.append(Self.replayLane) }
    replaysPending += 1
    metrics.update { $0.pendingEvents += 1 }
    return .queued
  }

  private func stageRemoval(of sequence: Int64) { writer.stage(removed: [sequence]) }

  /// Has the pump answer a request. One that it has not come to in time is withdrawn: nothing of it happens later.
  private nonisolated func ask<Answer: Sendable>(
    _ body: @escaping @Sendable (isolated BatchPump) -> Answer
  ) async throws(DispatcherError) -> Answer {
    let request = PumpRequest<Answer>()
    Task { await answer(request, body) }
    _ = await request.answered.wait(until: context.clock.now + Self.answerTime, clock: context.clock)
    guard let answer = request.end() else { throw .handlerHangs(registration.name) }
    return answer
  }

  private func answer<Answer: Sendable>(
    _ request: PumpRequest<Answer>,
    _ body: @Sendable (isolated BatchPump) -> Answer
  ) {
    request.answer { body(self) }
  }
}

/// A request that is either answered or withdrawn, never both.
private final class PumpRequest<Answer: Sendable>: Sendable {
  private enum State {
    case open
    case answered(Answer)
    case withdrawn
  }

  /// Opens when there is an answer.
  let answered = Latch()
  private let state = Mutex(State.open)

  /// Does what was asked for, unless it was withdrawn.
  func answer(_ body: () -> Answer) {
    state.withLock { state in
      if case .open = state { state = .answered(body()) }
    }
    answered.open()
  }

  /// The answer; nil, and there will be none, when it was not there in time.
  func end() -> Answer? {
    state.withLock { state in
      if case .answered(let answer) = state { return answer }
      state = .withdrawn
      return nil
    }
  }
}
