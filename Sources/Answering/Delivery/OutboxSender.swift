import LinqAPI
import LinqhookDelivery
import LinqhookInbox
import Logging

/// Sends what is in an outbox, in order, and stops at the first action that does not go through.
///
/// The position is kept only where the rest has to wait: after a kill between two sends the first goes out again under
/// its key, which Linq knows. But nobody knows for how long Linq knows it, so a wait must not rely on that.
struct OutboxSender: Sendable {
  let handler: String
  let linq: LinqClient
  let limiter: ReplyLimiter
  let pacer: MessagePacer
  let statistics: AnsweringStatistics
  let logger: Logger

  /// Sends from the outbox's position on.
  func send(_ outbox: Outbox, for attempt: DeliveryAttempt) async -> DeliveryResult {
    let keys: AnswerKeys
    do { keys = try AnswerKeys(eventID: attempt.event.eventID, handler: handler) } catch {
      return .retry(reason: "No idempotency key could be made, so nothing was sent: \(error)")
    }
    let calls = ActionCalls(linq: linq, keys: keys)
    var outbox = outbox
    let start = outbox.position
    while outbox.position < outbox.actions.count {
      let outcome = await paced(outbox, calls)
      let kind = outbox.actions[outbox.position].kind
      switch outcome {
      case .sent:
        statistics.count(kind, .sent, handler: handler)
        outbox.position += 1
        outbox.mayBeSent = false
        continue
      case .wait(let reason, let seconds):
        statistics.count(kind, .retried, handler: handler)
        return await stop(outbox, since: start, attempt, .postponed(reason: reason, after: seconds))
      case .again(let reason, let seconds):
        statistics.count(kind, .retried, handler: handler)
        let result: DeliveryResult = .retry(reason: reason, after: seconds)
        return await stop(outbox, since: start, attempt, Task.isCancelled ? .interrupted : result)
      case .conflict(let reason), .notFound(let reason, _), .dead(let reason):
        countDead(outbox)
        return await stop(outbox, since: start, attempt, .dead(reason: reason))
      }
    }
    return .delivered
  }

  /// Messages wait for their places; reactions and marks have no limit that is known.
  private func paced(_ outbox: Outbox, _ calls: ActionCalls) async -> SendOutcome {
    guard case .reply(_, _, let attachments) = outbox.actions[outbox.position] else {
      return await calls.perform(outbox)
    }
    if let problem = AttachedFiles.problem(attachments) { return .dead(reason: problem) }
    let chat = outbox.target.chatID
    guard case .taken(let limited) = limiter.take(chat) else {
      return Self.overLimit(limiter.wait(for: chat))
    }
    guard case .taken(let placed) = pacer.take(outbox.target) else {
      limiter.giveBack(chat, at: limited)
      return Self.overPace(pacer.wait(for: outbox.target))
    }
    let outcome = await calls.perform(outbox)
    if outcome != .sent {
      limiter.giveBack(chat, at: limited)
      pacer.giveBack(outbox.target, at: placed)
    }
    return outcome
  }

  static func overLimit(_ wait: Duration?) -> SendOutcome {
    .wait(
      reason: "The chat has had as many answers as reply_limit allows for now.",
      for: wait ?? .zero
    )
  }

  static func overPace(_ wait: Duration?) -> SendOutcome {
    .wait(
      reason:
        "Linq takes \(MessagePacer.maxMessages) messages a minute from one line to one person, and so many were sent.",
      for: wait ?? .zero
    )
  }

  /// What follows an action that was given up is given up with it.
  private func countDead(_ outbox: Outbox) {
    for action in outbox.actions[outbox.position...] {
      statistics.count(action.kind, .dead, handler: handler)
    }
  }

  private func stop(
    _ outbox: Outbox,
    since start: Int,
    _ attempt: DeliveryAttempt,
    _ result: DeliveryResult
  ) async -> DeliveryResult {
    guard outbox.position > start else { return result }
    do { try await attempt.keep(outbox.bytes) } catch {
      // The keys are then what keeps the sent ones from being sent twice.
      logger.warning("how far an answer was sent could not be kept", metadata: ["error": "\(error)"])
    }
    return result
  }
}
