/// What a store does on its writer's thread; everything else that is the same for all of them is the ``Writer``'s.
package protocol StoreCore: SendableMetatype {
  /// How often ``maintain()`` runs when nothing else happens; nil for never.
  var maintenanceSeconds: Int? { get }

  /// Decides, writes, commits. Nobody is told before this has returned.
  mutating func process(_ batch: WriteBatch) -> CommitResults

  /// One small step of everything that depends on age; whether there is more to do.
  mutating func maintain() -> Bool

  /// When to try again, if there is anything to repair and no try is due already.
  mutating func nextRecoveryDelayMilliseconds() -> Int?

  /// Tries to repair; gives the events that turned out to be stored.
  mutating func recover() -> [StoredEvent]

  /// Closes the store.
  mutating func close()
}
