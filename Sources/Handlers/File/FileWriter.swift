internal import Glibc
internal import LinqhookDelivery
internal import LinqhookInbox
internal import Logging
internal import SystemPackage

/// The file that is written to, and how much of it is ours, synced and recorded. Used from one queue only.
///
/// A batch is one buffer and one append. What fails half-way is cut back, so the same batch can come again.
final class FileWriter {
  private let options: FileHandlerOptions
  private let logger: Logger
  private var file: AppendFile
  /// What was recorded before the start.
  private var checkpointBefore: FileCheckpoint?
  /// What recovery found and no event has settled yet.
  private var unrecorded: UnrecordedLines?
  /// What the file's length should be: another length means that somebody else was at it.
  private(set) var length: Int64
  private var lastSequence: Int64
  private var syncedLength: Int64
  private var syncedSequence: Int64
  /// Whether an event that is older than the newest was written since the last sync. What a power cut takes of the
  /// others is handed over again, from the last synced one on; these would stay behind.
  private(set) var hasUnsyncedReplay = false
  private var createdAtSeconds: Int64
  /// After a failed sync the kernel may have dropped what it could not write, and says so only once: no later
  /// success vouches for those bytes.
  private var isSyncBroken = false
  /// Half a batch is behind `length` and could not be cut off yet.
  private var hasTornEnd = false
  private var buffer: [UInt8] = []

  init(
    _ options: FileHandlerOptions,
    logger: Logger,
    file: AppendFile,
    recovery: FileRecovery,
    cursor: Int64
  ) throws(Errno) {
    self.options = options
    self.logger = logger
    self.file = file
    checkpointBefore = recovery.checkpoint
    checkpointBefore?.hasLinesBehind = true
    unrecorded = recovery.unrecorded.isEmpty ? nil : recovery.unrecorded
    length = try file.status().length
    lastSequence =
      switch recovery.resumption {
      case .fromCursor: cursor
      case .after(let sequence): sequence
      }
    syncedLength = recovery.syncedLength
    syncedSequence = recovery.syncedSequence ?? lastSequence
    createdAtSeconds = recovery.createdAtSeconds ?? Self.nowSeconds
    applyMode()
  }

  /// What is to be kept with the cursor once the last batch is recorded. While it is open whose lines are behind the
  /// old checkpoint, that one still holds, with a word about them.
  var checkpoint: FileCheckpoint? {
    guard unrecorded == nil else { return checkpointBefore }
    // Without syncs no more is promised than what is there: were it called unsynced, recovery would doubt all of it once
    // another `sync` is chosen.
    let isTrusted = options.sync == .never
    return FileCheckpoint(
      identity: file.identity,
      length: length,
      syncedLength: isTrusted ? length : syncedLength,
      syncedSequence: isTrusted ? lastSequence : syncedSequence,
      createdAtSeconds: createdAtSeconds,
      boot: FileCheckpoint.currentBoot
    )
  }

  var isSynced: Bool { syncedLength == length || isSyncBroken }

  var unsyncedBytes: Int64 { length - syncedLength }

  static var nowSeconds: Int64 { Int64(time(nil)) }

  /// Appends a run of events, all or none of them.
  func write(_ events: [StoredEvent]) throws(FileHandlerError) {
    guard let first = events.first, let last = events.last else { return }
    try calling("Checking") { () throws(Errno) in try detectForeignWrites() }
    if try calling("Checking", { () throws(Errno) in try file.status().isDeleted }) {
      try reopen()
      logger.warning("file was deleted with its lines; beginning a new one")
    }
    var stillUnrecorded = unrecorded
    try calling("Reading back") { () throws(Errno) in try fillBuffer(with: events, besides: &stillUnrecorded)
    }
    do throws(Errno) {
      try file.append(buffer)
      if options.sync == .always { try file.sync() }
    } catch {
      hasTornEnd = true
      try? cutTornEnd()
      throw .failed(what: "Writing to", path: options.path, error)
    }
    // What came before was filed and synced, or not wanted here. Else a handler that wants one event in a thousand
    // would go back thousands after a power cut.
    if syncedLength == length { syncedSequence = max(syncedSequence, first.sequence - 1) }
    unrecorded = stillUnrecorded
    length += Int64(buffer.count)
    // A replay is older than what the file holds.
    hasUnsyncedReplay = hasUnsyncedReplay || first.sequence <= lastSequence
    lastSequence = max(lastSequence, last.sequence)
    if options.sync == .always { markSynced() }
  }

  /// Forces what was written to the disk.
  func sync() throws(FileHandlerError) {
    guard !isSynced else { return }
    do throws(Errno) {
      try file.sync()
      markSynced()
    } catch {
      isSyncBroken = true
      throw .failed(what: "Syncing", path: options.path, error)
    }
  }

  /// Goes on in the file that the path names now, if it is another one.
  func reopen() throws(FileHandlerError) {
    guard AppendFile.identity(of: options.path) != file.identity else { return }
    let next = try AppendFile(locking: options.path)
    if options.sync != .never { try? sync() }
    file = next
    length = try calling("Checking") { () throws(Errno) in try next.status().length }
    syncedLength = 0
    syncedSequence = lastSequence
    createdAtSeconds = Self.nowSeconds
    isSyncBroken = false
    hasTornEnd = false
    applyMode()
  }

  /// Whether the file has had its time.
  func isFull(_ rotation: FileHandlerOptions.Rotation) -> Bool {
    guard length > 0, unrecorded == nil else { return false }
    let age = Duration.seconds(Self.nowSeconds - createdAtSeconds)
    return rotation.maxBytes.map { length >= $0 } ?? false
      || rotation.maxAge.map { age >= $0 } ?? false
  }

  /// Only the file's owner may; events are written all the same.
  private func applyMode() {
    guard let mode = options.mode else { return }
    do {
      try file.setMode(mode)
    } catch {
      let octal = String(mode, radix: 8)
      logger.warning(
        "could not change the file's mode; it keeps its own",
        metadata: ["mode": "0\(octal)", "error": "\(error)"]
      )
    }
  }

  private func cutTornEnd() throws(Errno) {
    guard hasTornEnd else { return }
    try file.cut(to: length)
    hasTornEnd = false
  }

  private func markSynced() {
    guard !isSyncBroken else { return }
    syncedLength = length
    syncedSequence = lastSequence
    hasUnsyncedReplay = false
  }

  /// Puts together what is to be written: the events, but for those whose lines are in the file already.
  private func fillBuffer(
    with events: [StoredEvent],
    besides unrecorded: inout UnrecordedLines?
  ) throws(Errno) {
    buffer.removeAll(keepingCapacity: buffer.capacity <= 16 << 20)
    if try !file.endsAtLine(length: length) { buffer.append(UInt8(ascii: "\n")) }
    for event in events {
      if unrecorded?.take(event) == true { continue }
      FileLine.append(event, as: options.format, to: &buffer)
      if unrecorded?.miss(event) == true { unrecorded = nil }
    }
    if unrecorded?.isEmpty == true { unrecorded = nil }
  }

  /// Somebody else may have written to the file or cut it.
  private func detectForeignWrites() throws(Errno) {
    try cutTornEnd()
    let actual = try file.status().length
    guard actual != length else { return }
    if actual > length {
      logger.warning("another process wrote to the file", metadata: ["bytes": "\(actual - length)"])
    } else {
      logger.warning(
        "another process cut the file; the lines cut off are not written again",
        metadata: ["bytes": "\(length - actual)"]
      )
    }
    length = actual
    if syncedLength > actual {
      syncedLength = actual
      syncedSequence = lastSequence
    }
  }

  private func calling<Result>(
    _ what: String,
    _ body: () throws(Errno) -> Result
  ) throws(FileHandlerError) -> Result {
    do { return try body() } catch { throw .failed(what: what, path: options.path, error) }
  }
}
