/// What became of an event that was offered to the inbox.
public enum AcceptanceOutcome: Sendable, Equatable {
  /// It is stored as durably as the configuration says.
  case accepted(sequence: Int64)
  /// An event with this id is stored already.
  case duplicate
  /// It is new as far as the inbox knows, but older than the ids that the inbox still vouches for, and no
  /// signed timestamp speaks for it. Never for what was made within ``InboxLimits/repeatWindowMilliseconds``.
  case tooOld
  /// It is not stored; Linq will send it again.
  case unavailable(InboxUnavailability)
}

/// Why the inbox could not take an event.
public enum InboxUnavailability: Sendable, Equatable {
  /// More events wait for their handlers than `inbox.max_pending` allows.
  case backlogFull
  /// The store has reached `inbox.max_bytes` and too little may be pruned.
  case storeFull
  /// As many ids as `inbox.dedup.max_entries` allows belong to requests that could be played again now, so none of
  /// them may be forgotten.
  case idsFull
  /// The file system has no room.
  case diskFull
  /// The store fails: nothing is accepted until it has been opened again and verified.
  case storeFailed
  /// The store is damaged: nothing is accepted until it was restored and the process started again.
  case storeDamaged
  /// The inbox is closing or closed.
  case closed
}

/// The way in: offers events to the store.
public protocol EventAcceptor: Sendable {
  /// Offers events in order. Events offered by several callers while a commit is under way are committed
  /// together by the next one.
  ///
  /// `completion` is called once, on the store's own thread, after the commit: with one outcome for each
  /// event, in the order given. It must not block. A duplicate is reported only when the first one is
  /// stored.
  func accept(
    _ events: [InboundEvent],
    completion: @escaping @Sendable ([AcceptanceOutcome]) -> Void
  )
}
