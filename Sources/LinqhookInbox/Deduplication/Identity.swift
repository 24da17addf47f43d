internal import LinqEvents

/// An id that is about to be stored.
package struct Identity {
  /// The one that stands for it in its scope.
  package let fingerprint: Fingerprint
  package let kind: IdentityKind
  /// When Linq made the event, nil where it did not say.
  package let createdAtMilliseconds: Int64?
  /// When its request was signed, by the store's own time; nil where that stands nowhere or counts no more.
  package let stampedAtMilliseconds: Int64?

  package init(
    fingerprint: Fingerprint,
    kind: IdentityKind,
    createdAtMilliseconds: Int64?,
    stampedAtMilliseconds: Int64?
  ) {
    self.fingerprint = fingerprint
    self.kind = kind
    self.createdAtMilliseconds = createdAtMilliseconds
    self.stampedAtMilliseconds = stampedAtMilliseconds
  }

  /// The id of an event that is accepted now. A stamp that has run out, as one from the quarantine may have, counts as
  /// none, and none lies further ahead than one that comes in by itself could.
  package init(
    _ fingerprint: Fingerprint,
    of event: InboundEvent,
    scope: Int,
    toleranceMilliseconds: Int64,
    at times: (now: Int64, wall: Int64)
  ) {
    let stampedAt = event.signedAtMilliseconds.map {
      times.now + min($0 - times.wall, toleranceMilliseconds)
    }
    let isStamped = stampedAt.map { $0 + toleranceMilliseconds >= times.now } ?? false
    self.init(
      fingerprint: fingerprint,
      kind: IdentityKind(scope: scope, isStamped: isStamped),
      createdAtMilliseconds: event.envelope.createdAtMilliseconds,
      stampedAtMilliseconds: isStamped ? stampedAt : nil
    )
  }
}

/// When something about ids was last reported: once in ten minutes.
package struct IDComplaints {
  private static let intervalMilliseconds: Int64 = 10 * 60_000

  private var lastMilliseconds: [InboxDiagnostic.Kind: Int64] = [:]

  package init() {}

  /// Whether it is time to say it; it counts as said.
  package mutating func isDue(_ kind: InboxDiagnostic.Kind, now: Int64) -> Bool {
    if let last = lastMilliseconds[kind], now - last < Self.intervalMilliseconds { return false }
    lastMilliseconds[kind] = now
    return true
  }
}
