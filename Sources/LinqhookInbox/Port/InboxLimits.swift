/// What bounds an inbox, whatever store is behind it. Sizes and spans are those of `inbox:` and `quarantine:` in the
/// configuration file.
public struct InboxLimits: Sendable, Equatable {
  /// For how long an event may come after it was made, in milliseconds: twice as long as Linq goes on repeating. An id
  /// that is forgotten earlier may come again, and nothing younger is ever too old.
  public static let repeatWindowMilliseconds: Int64 = 50 * 60_000

  /// How long an id is remembered, counted while the inbox is open.
  public var dedupWindowMilliseconds: Int64
  /// How many ids are remembered at most for each endpoint, where endpoints that share a secret are one; past it the
  /// oldest are forgotten early, but none that a signed stamp could still bring back.
  public var maxDedupEntries: Int
  /// How long a delivered event stays readable after it was accepted, counted while the inbox is open.
  public var retentionMilliseconds: Int64
  /// How many events may wait for their handlers; past it new ones are refused until some are settled.
  public var maxPendingEvents: Int
  /// How many bytes the store may take on disk; past it delivered events are pruned early, and where there
  /// are too few, new ones are refused until it is below.
  public var maxBytes: Int64
  /// How many refused requests are kept.
  public var maxQuarantineEntries: Int
  /// How many bytes of refused requests are kept, headers included.
  public var maxQuarantineBytes: Int
  /// How often ids and events are looked at for their age when nothing else happens; nil for never, so that
  /// a test decides when.
  package var maintenanceSeconds: Int? = 10

  /// The documented defaults where nothing else is given.
  public init(
    dedupWindowMilliseconds: Int64 = 72 * 3_600_000,
    maxDedupEntries: Int = 1_000_000,
    retentionMilliseconds: Int64 = 72 * 3_600_000,
    maxPendingEvents: Int = 100_000,
    maxBytes: Int64 = 2 << 30,
    maxQuarantineEntries: Int = 1000,
    maxQuarantineBytes: Int = 16 << 20
  ) {
    self.dedupWindowMilliseconds = dedupWindowMilliseconds
    self.maxDedupEntries = maxDedupEntries
    self.retentionMilliseconds = retentionMilliseconds
    self.maxPendingEvents = maxPendingEvents
    self.maxBytes = maxBytes
    self.maxQuarantineEntries = maxQuarantineEntries
    self.maxQuarantineBytes = maxQuarantineBytes
  }
}
