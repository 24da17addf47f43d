/// What bounds an inbox, and where it lives. Sizes and spans are those of `inbox:` and `quarantine:` in the
/// configuration file.
public struct InboxConfiguration: Sendable, Equatable {
  /// What an acknowledgement is worth.
  public enum Durability: Sendable, Equatable {
    /// On disk before the answer: survives a power cut.
    case full
    /// Handed to the kernel before the answer: survives a crash of the process, not of the machine.
    case normal
  }

  /// For how long an event may come after it was made, in milliseconds: twice as long as Linq goes on repeating. An id
  /// that is forgotten earlier may come again, and nothing younger is ever too old.
  public static let repeatWindowMilliseconds: Int64 = 50 * 60_000

  /// The path of the database file; its folder is made where it is missing.
  public var path: String
  /// What an acknowledgement is worth.
  public var durability: Durability
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
  /// Whether the inbox may lie where it can be lost or is not locked reliably.
  public var allowsUnsafeStorage: Bool
  /// How often ids and events are looked at for their age when nothing else happens; nil for never, so that
  /// a test decides when.
  var maintenanceSeconds: Int? = 10

  /// A configuration with the documented defaults where nothing else is given.
  public init(
    path: String,
    durability: Durability = .full,
    dedupWindowMilliseconds: Int64 = 72 * 3_600_000,
    maxDedupEntries: Int = 1_000_000,
    retentionMilliseconds: Int64 = 72 * 3_600_000,
    maxPendingEvents: Int = 100_000,
    maxBytes: Int64 = 2 << 30,
    maxQuarantineEntries: Int = 1000,
    maxQuarantineBytes: Int = 16 << 20,
    allowsUnsafeStorage: Bool = false
  ) {
    self.path = path
    self.durability = durability
    self.dedupWindowMilliseconds = dedupWindowMilliseconds
    self.maxDedupEntries = maxDedupEntries
    self.retentionMilliseconds = retentionMilliseconds
    self.maxPendingEvents = maxPendingEvents
    self.maxBytes = maxBytes
    self.maxQuarantineEntries = maxQuarantineEntries
    self.maxQuarantineBytes = maxQuarantineBytes
    self.allowsUnsafeStorage = allowsUnsafeStorage
  }
}
