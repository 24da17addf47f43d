internal import LinqhookInbox

/// The inbox's file and its log, as we left them.
///
/// SQLite goes on in a file that somebody has deleted or replaced, and in a log that somebody has cut short,
/// and says that it has committed: what is acknowledged then is gone with the process. So each commit looks
/// before and after whether the files under these paths are still the ones that are open. Looking opens
/// nothing: closing a descriptor of the file would drop SQLite's locks on it.
struct StoreFiles {
  private let paths: [String]
  private var left: [FileState?]

  init(path: String) {
    paths = [path, path + "-wal"]
    left = paths.map { FileState(path: $0) }
  }

  /// Throws if somebody else has changed the length of a file, or put another one in its place.
  func checkUntouched() throws(InboxError) {
    guard states == left else { throw disturbed }
  }

  /// After a commit of ours: throws if somebody has deleted, replaced or cut a file meanwhile. We make them only
  /// longer, but for a log that has outgrown its limit.
  mutating func noteCommit() throws(InboxError) {
    let now = states
    for ((now, before), bytesKept) in zip(zip(now, left), [.max, Connection.logBytesKept]) {
      guard let before else { continue }
      guard let now, now.isSameFile(as: before), now.byteCount >= min(before.byteCount, bytesKept) else {
        throw disturbed
      }
    }
    note(now)
  }

  /// After a transaction that was undone: its log may have grown all the same.
  mutating func noteLengths() { note(states) }

  /// Takes the lengths for how we left them. Another file in the place of one stays a disturbance.
  private mutating func note(_ states: [FileState?]) {
    left = zip(states, left).map { now, before in
      guard let before else { return now }
      return now.map { $0.isSameFile(as: before) } == true ? now : before
    }
  }

  /// Throws if other files are there now: the reading connections still have the old ones open and would go on in
  /// them, blind to all that comes, so only a restart repairs this.
  func checkSameFiles() throws(InboxError) {
    for (now, before) in zip(states, left) {
      guard let before else { continue }
      guard now?.isSameFile(as: before) == true else { throw disturbed }
    }
  }

  private var states: [FileState?] { paths.map { FileState(path: $0) } }

  private var disturbed: InboxError {
    InboxError(
      .damaged,
      "The inbox \(paths[0]) or its log was deleted, replaced or cut while it was open; put both files back, "
        + "from a backup if need be, and restart linqhook."
    )
  }
}
