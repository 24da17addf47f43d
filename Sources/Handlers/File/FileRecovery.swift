// Where to go on after a start.
//
// The checkpoint says how much of which file is recorded. What is behind that was written just before we
// were killed, or by somebody else. The events whose lines were not recorded come again. So nothing is cut:
// the lines are read, and an event that comes again and has its line there is not written a second time. Until
// that is settled the old checkpoint stays in force, so a second kill changes nothing; it is marked, because a
// power cut could take lines that are recorded by then. Only a torn line at the end goes.
//
// A file that was renamed between two starts is found by its inode; then the lines in question may be in
// every file beside it that was written to since.
//
// After another boot the bytes behind the last sync may be missing or garbage, in any mixture. So the events after it
// come again: their handler's cursor goes back, too (BatchPump.rewind). The file is cut at the first line behind the
// sync that is not whole. What is whole before that stays, for the inbox may have dropped its events long ago: a sync
// that failed once vouches for nothing any more, however long ago that was. It counts as not recorded.

internal import LinqhookDelivery
internal import SystemPackage

/// What a start finds.
struct FileRecovery {
  /// How many bytes of a file are read if no checkpoint says where our lines begin.
  private static let bytesWithoutCheckpoint: Int64 = 16 << 20

  /// The checkpoint that holds until what was not recorded is sorted out.
  let checkpoint: FileCheckpoint?
  var unrecorded: UnrecordedLines
  var resumption = BatchResumption.fromCursor
  var syncedLength: Int64 = 0
  /// The last event in the synced part; nil for the one to go on from.
  var syncedSequence: Int64?
  var createdAtSeconds: Int64?
  /// What the operator should know.
  var remarks: [FileRecoveryRemark] = []

  /// Decides from the checkpoint and from what is there.
  init(
    checkpoint: FileCheckpoint?,
    cursor: Int64,
    current: AppendFile,
    rotated: RotatedFiles,
    sync: FileHandlerOptions.Sync,
    boot: String = FileCheckpoint.currentBoot
  ) throws(Errno) {
    self.checkpoint = checkpoint
    unrecorded = UnrecordedLines(cursor: cursor)
    if boot.isEmpty, sync != .never { remarks.append(.bootUnknown) }
    guard let checkpoint else {
      // Nothing was ever recorded, but first batches may have been written, and the file rotated after them.
      for path in rotated.siblings(writtenSince: nil) { try read(endOf: path) }
      try unrecorded.read(endOf: current, maxBytes: Self.bytesWithoutCheckpoint)
      return
    }
    let acrossBoots = checkpoint.boot != boot
    let isOtherBoot = acrossBoots && sync != .never
    if checkpoint.identity.isSameFile(as: current.identity, acrossBoots: acrossBoots) {
      createdAtSeconds = checkpoint.createdAtSeconds
      try recover(current, checkpoint, isOtherBoot: isOtherBoot)
    } else {
      try recoverRenamed(current, checkpoint, rotated, acrossBoots, isOtherBoot: isOtherBoot)
    }
  }

  /// The file that the checkpoint is about.
  private mutating func recover(
    _ file: AppendFile,
    _ checkpoint: FileCheckpoint,
    isOtherBoot: Bool
  ) throws(Errno) {
    if isOtherBoot { return try cutToSync(file, checkpoint) }
    let length = try file.status().length
    syncedLength = min(length, checkpoint.syncedLength)
    syncedSequence = checkpoint.syncedSequence
    guard length < checkpoint.length else { return try unrecorded.read(file, from: checkpoint.length) }
    remarks.append(.cut(bytes: checkpoint.length - length))
    try unrecorded.read(file, from: 0)
  }

  private mutating func cutToSync(_ file: AppendFile, _ checkpoint: FileCheckpoint) throws(Errno) {
    syncedLength = min(try file.status().length, checkpoint.syncedLength)
    let end = try file.endOfWholeLines(from: syncedLength)
    try file.cut(to: end)
    try file.sync()
    if end - syncedLength > UnrecordedLines.maxBytes {
      // The last of them are those that the inbox still has. What it has of the others is written twice, not lost.
      try unrecorded.read(endOf: file, maxBytes: UnrecordedLines.maxBytes)
    } else {
      try unrecorded.read(file, from: syncedLength)
    }
    guard checkpoint.syncedLength < checkpoint.length || checkpoint.hasLinesBehind else { return }
    resumption = .after(sequence: checkpoint.syncedSequence)
    remarks.append(.machineRestarted(syncedSequence: checkpoint.syncedSequence))
  }

  /// The file is under another name now.
  private mutating func recoverRenamed(
    _ current: AppendFile,
    _ checkpoint: FileCheckpoint,
    _ rotated: RotatedFiles,
    _ acrossBoots: Bool,
    isOtherBoot: Bool
  ) throws(Errno) {
    if let path = rotated.find(checkpoint.identity, acrossBoots: acrossBoots),
      let file = try? AppendFile(opening: path)
    {
      try recover(file, checkpoint, isOtherBoot: isOtherBoot)
      for sibling in rotated.siblings(writtenSince: path) { try read(endOf: sibling) }
      // What that file has synced is not what the current one has.
      syncedLength = 0
      syncedSequence = nil
      // Begun after the last checkpoint: all that it may hold comes again.
      if isOtherBoot { return try current.cut(to: 0) }
    } else {
      remarks.append(.previousFileGone)
    }
    // Never cut: it may be somebody's only copy.
    try unrecorded.read(current, from: 0)
  }

  private mutating func read(endOf path: String) throws(Errno) {
    guard let file = try? AppendFile(opening: path) else { return }
    try unrecorded.read(endOf: file, maxBytes: Self.bytesWithoutCheckpoint)
  }
}
