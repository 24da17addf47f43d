import LinqEvents
import LinqhookInbox
import MicroHTTP
import Synchronization

/// Gathers the events that became complete in one turn of a loop's loop, offers them to the inbox at once,
/// and answers them at once when the store has committed: one lock and one wake-up for the whole batch, both
/// ways. The answers themselves are made here, on the loop's thread.
final class AcceptanceBatch {
  private struct Waiting: Sendable {
    let token: HTTPRequestToken
    let context: RequestContext
    /// Nil for an event that nobody signed, where that is allowed.
    let match: SignatureMatch?
    let acceptedFields: [HTTPHeaderField]
  }

  private let inbox: any EventAcceptor
  private let replies: HTTPReplyQueue
  private let refusals: QuarantineRecorder
  private let counters: IngressCounters
  private let overdue = OverdueRequests()
  private var events: [InboundEvent] = []
  private var waiting: [Waiting] = []

  init(
    inbox: any EventAcceptor,
    replies: HTTPReplyQueue,
    refusals: QuarantineRecorder,
    counters: IngressCounters
  ) {
    self.inbox = inbox
    self.replies = replies
    self.refusals = refusals
    self.counters = counters
  }

  func append(
    _ event: InboundEvent,
    from context: RequestContext,
    signed match: SignatureMatch?,
    token: HTTPRequestToken,
    acceptedFields: [HTTPHeaderField]
  ) {
    events.append(event)
    waiting.append(Waiting(token: token, context: context, match: match, acceptedFields: acceptedFields))
  }

  /// The server did not wait for the inbox any longer.
  func respondedUnavailable(_ token: HTTPRequestToken) {
    counters.count(.unavailable)
    overdue.insert(token)
  }

  func submit() {
    guard !events.isEmpty else { return }
    let (offered, asked) = (events, waiting)
    // The next turn is likely to bring about as many: room for them now saves growing step by step.
    events = []
    events.reserveCapacity(offered.count)
    waiting = []
    waiting.reserveCapacity(asked.count)
    inbox.accept(offered) { [replies, refusals, counters, overdue] outcomes in
      replies.send {
        Self.newest(offered, outcomes).map(counters.noteAccepted)
        return outcomes.indices.map { index in
          let response = Self.settle(
            outcomes[index],
            offered[index],
            asked[index],
            refusals,
            overdue.remove(asked[index].token) ? nil : counters
          )
          return HTTPReply(asked[index].token, response)
        }
      }
    }
  }

  /// The last event that was new.
  private static func newest(_ offered: [InboundEvent], _ outcomes: [AcceptanceOutcome]) -> InboundEvent? {
    let index = outcomes.lastIndex { if case .accepted = $0 { true } else { false } }
    return index.map { offered[$0] }
  }

  /// Makes the answer. There are no counters for a request that was answered, and counted, before.
  private static func settle(
    _ outcome: AcceptanceOutcome,
    _ event: InboundEvent,
    _ asked: Waiting,
    _ refusals: QuarantineRecorder,
    _ counters: IngressCounters?
  ) -> HTTPResponse {
    let context = asked.context
    switch outcome {
    case .accepted:
      counters?.countAccepted(event)
      return StandardResponse.accepted(
        eventID: event.eventID,
        requestID: context.requestID,
        fields: asked.acceptedFields
      )
    case .duplicate:
      counters?.count(.duplicate)
      return StandardResponse.duplicate(
        eventID: event.eventID,
        requestID: context.requestID,
        fields: asked.acceptedFields
      )
    case .tooOld:
      counters?.count(.tooOld)
      refusals.refuse(
        context,
        headers: context.headers.fields,
        body: event.payload,
        .tooOldToDeduplicate,
        asked.match == nil ? .unsigned : .authentic,
        status: 409,
        detail: event.envelope.createdAtMilliseconds == nil
          ? "it has no readable created_at, and older ids were forgotten, so that nothing shows that it is no repeat"
          : "created_at is older than the oldest id that is still remembered"
      )
      return StandardResponse.tooOldToDeduplicate.to(context.requestID)
    case .unavailable:
      counters?.count(.unavailable)
      return StandardResponse.unavailable.to(context.requestID)
    }
  }
}

/// Requests that the server has answered instead of the inbox, until the inbox says what became of them. All of it
/// happens on the loop's thread; the lock is for the compiler.
private final class OverdueRequests: Sendable {
  private let tokens = Mutex<Set<HTTPRequestToken>>([])

  func insert(_ token: HTTPRequestToken) { tokens.withLock { _ = $0.insert(token) } }

  /// Whether it was among them.
  func remove(_ token: HTTPRequestToken) -> Bool {
    tokens.withLock { !$0.isEmpty && $0.remove(token) != nil }
  }
}
