public import LinqEvents
public import LinqhookInbox

/// One event on its way to a handler.
public struct DeliveryAttempt: Sendable {
  /// The event.
  public var event: StoredEvent
  /// 1 for the first attempt.
  public var attempt: Int
  /// What an earlier attempt of this delivery kept; nil before the first `keep`.
  public var outbox: [UInt8]?
  /// Nil as long as nobody has added to what the event says. Boxed: attempts are passed on by value.
  private var extendedView: ExtendedView?
  /// Where in its pump the attempt runs; of no meaning to other keepers.
  let slot: Int
  private let keeper: any OutboxKeeper

  /// What the event says about a message, and what was found out besides: where its attachments are.
  public var message: MessageView {
    get { extendedView?.view ?? event.message }
    set { extendedView = ExtendedView(view: newValue) }
  }

  /// The attempt of the given parts. Without `keep` nothing is kept: good for a handler's own tests.
  public init(
    event: StoredEvent,
    attempt: Int,
    outbox: [UInt8]? = nil,
    keep: @escaping @Sendable ([UInt8]) async throws -> Void = { _ in }
  ) {
    self.init(event: event, attempt: attempt, outbox: outbox, slot: 0, keeper: ClosureKeeper(keep: keep))
  }

  init(event: StoredEvent, attempt: Int, outbox: [UInt8]?, slot: Int, keeper: any OutboxKeeper) {
    self.event = event
    self.attempt = attempt
    self.outbox = outbox
    self.slot = slot
    self.keeper = keeper
  }

  /// Keeps bytes with the delivery. When this returns they are on disk, as durably as `durability` says, and every
  /// later attempt of the delivery has them as `outbox`: after a kill, and when a dead letter is retried. They replace
  /// what was kept before, and go when the delivery is settled; none at all removes it.
  ///
  /// Throws when the store could not write, when the task is cancelled before it has, and after the attempt is over.
  /// Then the handler must not act on the bytes.
  public func keep(_ outbox: [UInt8]) async throws { try await keeper.keep(outbox, for: self) }
}

private final class ExtendedView: Sendable {
  let view: MessageView
  init(view: MessageView) { self.view = view }
}

/// Keeps the outboxes of attempts. A class, so that an attempt costs no allocation for it.
protocol OutboxKeeper: AnyObject, Sendable {
  func keep(_ outbox: [UInt8], for attempt: DeliveryAttempt) async throws
}

private final class ClosureKeeper: OutboxKeeper {
  private let closure: @Sendable ([UInt8]) async throws -> Void

  init(keep: @escaping @Sendable ([UInt8]) async throws -> Void) { closure = keep }

  func keep(_ outbox: [UInt8], for attempt: DeliveryAttempt) async throws { try await closure(outbox) }
}
