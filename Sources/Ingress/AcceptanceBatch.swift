import Inbox
import MicroHTTP

/// Gathers the events that became complete in one turn of a shard's loop, offers them to the inbox at once,
/// and answers them at once when the store has committed: one lock and one wake-up for the whole batch, both
/// ways. The answers themselves are made here, on the shard's thread.
final class AcceptanceBatch {
  private struct Waiting: Sendable {
    let token: HTTPRequestToken
    let arrival: Arrival
  }

  private let inbox: any EventAcceptor
  private let replies: HTTPReplyQueue
  private let refusals: RefusalDesk
  private let counters: IngressCounters
  private var events: [InboundEvent] = []
  private var waiting: [Waiting] = []

  init(
    inbox: any EventAcceptor,
    replies: HTTPReplyQueue,
    refusals: RefusalDesk,
    counters: IngressCounters
  ) {
    self.inbox = inbox
    self.replies = replies
    self.refusals = refusals
    self.counters = counters
  }

  func append(_ event: InboundEvent, from arrival: Arrival, token: HTTPRequestToken) {
    events.append(event)
    waiting.append(Waiting(token: token, arrival: arrival))
  }

  func submit() {
    guard !events.isEmpty else { return }
    let (offered, asked) = (events, waiting)
    // The next turn is likely to bring about as many: room for them now saves growing step by step.
    events = []
    events.reserveCapacity(offered.count)
    waiting = []
    waiting.reserveCapacity(asked.count)
    inbox.accept(offered) { [replies, refusals, counters] outcomes in
      replies.send {
        outcomes.indices.map { index in
          let response = Self.settle(
            outcomes[index],
            offered[index],
            asked[index].arrival,
            refusals,
            counters
          )
          return HTTPReply(asked[index].token, response)
        }
      }
    }
  }

  private static func settle(
    _ outcome: AcceptanceOutcome,
    _ event: InboundEvent,
    _ arrival: Arrival,
    _ refusals: RefusalDesk,
    _ counters: IngressCounters
  ) -> HTTPResponse {
    switch outcome {
    case .accepted:
      counters.count(.accepted)
      return Answer.accepted(eventID: event.eventID, requestID: arrival.requestID)
    case .duplicate:
      counters.count(.duplicate)
      return Answer.duplicate(eventID: event.eventID, requestID: arrival.requestID)
    case .tooOld:
      counters.count(.tooOld)
      refusals.refuse(
        arrival,
        headers: arrival.headers.fields,
        body: event.payload,
        .tooOldToDeduplicate,
        status: 409,
        detail: "created_at is older than the oldest id that is still remembered"
      )
      return Answer.tooOldToDeduplicate.to(arrival.requestID)
    case .unavailable:
      counters.count(.unavailable)
      return Answer.unavailable.to(arrival.requestID)
    }
  }
}
