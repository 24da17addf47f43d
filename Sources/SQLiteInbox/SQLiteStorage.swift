/// Where a SQLite inbox lives, and what an acknowledgement is worth there.
public struct SQLiteStorage: Sendable, Equatable {
  /// What an acknowledgement is worth.
  public enum Durability: Sendable, Equatable {
    /// On disk before the answer: survives a power cut.
    case full
    /// Handed to the kernel before the answer: survives a crash of the process, not of the machine.
    case normal
  }

  /// The path of the database file; its folder is made where it is missing.
  public var path: String
  /// What an acknowledgement is worth.
  public var durability: Durability
  /// Whether the inbox may lie where it can be lost or is not locked reliably.
  public var allowsUnsafeStorage: Bool

  /// A file that is synced before each acknowledgement, unless told otherwise.
  public init(path: String, durability: Durability = .full, allowsUnsafeStorage: Bool = false) {
    self.path = path
    self.durability = durability
    self.allowsUnsafeStorage = allowsUnsafeStorage
  }
}
