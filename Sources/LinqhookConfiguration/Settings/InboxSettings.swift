/// Where and how accepted events are stored.
public struct InboxSettings: Sendable, Equatable {
  /// The database file, absolute.
  public var path: String
  /// What a 200 promises.
  public var durability: DurabilityName
  /// How long and how many event ids are remembered.
  public var dedup: DedupSettings
  /// How long delivered events stay readable after they were accepted, counted while the receiver runs.
  public var retention: Duration
  /// Undelivered events beyond this number are refused with 503.
  public var maxPending: Int
  /// The size that the store keeps below.
  public var maxBytes: Int
  /// Whether the store may lie where it can be lost or is not locked reliably.
  public var allowsUnsafeStorage: Bool

  /// An inbox at `path` with the defaults for everything else.
  public init(
    path: String,
    durability: DurabilityName = .full,
    dedup: DedupSettings = DedupSettings(),
    retention: Duration = .seconds(72 * 3600),
    maxPending: Int = 100_000,
    maxBytes: Int = 2 << 30,
    allowsUnsafeStorage: Bool = false
  ) {
    self.path = path
    self.durability = durability
    self.dedup = dedup
    self.retention = retention
    self.maxPending = maxPending
    self.maxBytes = maxBytes
    self.allowsUnsafeStorage = allowsUnsafeStorage
  }
}

/// What has happened to an event by the time it is answered with 200.
public enum DurabilityName: String, Sendable, CaseIterable {
  /// It is on disk and survives a power cut.
  case full
  /// It is with the kernel and survives a crash of the process, not of the machine.
  case normal
}

/// How duplicates are known.
public struct DedupSettings: Sendable, Equatable {
  /// How long an id is remembered, counted while the receiver runs.
  public var window: Duration
  /// How many ids are remembered.
  public var maxEntries: Int

  /// The defaults: 72 hours and a million ids.
  public init(window: Duration = .seconds(72 * 3600), maxEntries: Int = 1_000_000) {
    self.window = window
    self.maxEntries = maxEntries
  }
}
