internal import Foundation
internal import LinqhookInbox

// What an operator does with a store as a whole. The process of the command does it, by a connection of its own that
// only reads, or, where no receiver runs, under the instance lock. So a copy lies where the operator may write, which a
// confined receiver may not, and the receiver's disk and memory have no part in it.

/// Copies of a store, the way back, and a look at it.
public enum StoreCare {
  /// A copy that was made.
  public struct Copy: Sendable, Equatable {
    /// How many events are in it.
    public let events: Int
    /// The sequence of the newest.
    public let lastSequence: Int64
    /// The length of the file.
    public let bytes: Int64
  }

  /// A copy that was put in the place of the inbox.
  public struct Restored: Sendable, Equatable {
    /// How many events are in it.
    public let events: Int
    /// The sequence of the newest.
    public let lastSequence: Int64
    /// When it was made, in milliseconds since 1970, where it says so.
    public let copiedAtMilliseconds: Int64?
    /// The sequences that were acknowledged and are not in it.
    public let lost: ClosedRange<Int64>?
    /// Where the files lie that stood there before.
    public let putAside: [String]
    /// What the operator should know beside.
    public let remarks: [String]
  }

  /// What a look at the store found.
  public struct Finding: Sendable, Equatable {
    /// What was looked at.
    public let name: String
    /// Whether it is as it must be.
    public let isSound: Bool
    /// A sentence or figures.
    public let detail: String
  }

  /// The files that make up an inbox, itself first.
  static func files(of path: String) -> [String] {
    ["", "-wal", "-shm", ".acknowledged", ".lock"].map { path + $0 }
  }

  /// Whether two paths lead to one file.
  static func isSame(_ first: String, _ second: String) -> Bool {
    if let first = FileState(path: first), let second = FileState(path: second) {
      return first.isSameFile(as: second)
    }
    return URL(fileURLWithPath: first).standardizedFileURL == URL(fileURLWithPath: second).standardizedFileURL
  }

  /// Takes the lock of an inbox that no receiver has.
  static func lock(_ path: String, isRunning: Bool) throws(InboxError) -> InstanceLock? {
    isRunning ? nil : try InstanceLock(inboxPath: path)
  }
}
