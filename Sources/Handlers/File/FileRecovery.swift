// Where to go on after a start.
//
// The checkpoint says how much of which file is recorded. What stands behind that was written just before we
// were killed, or by somebody else. The events whose lines were not recorded come again. So nothing is cut:
// the lines are read, and an event that comes again and has its line there is not written a second time. Until
// that is settled the old checkpoint stays in force, so a second kill changes nothing; it is marked, because a
// power cut could take lines that are recorded by then. Only a torn line at the end goes.
//
// A file that was renamed between two starts is found by its inode; then the lines in question may stand in
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
  /// So much of a file is read where no checkpoint says where our lines begin.
  private static let bytesWithoutCheckpoint: Int64 = 16 << 20

  private static let noBootRemark = """
    /proc/sys/kernel/random/boot_id cannot be read, so a restart of the machine goes unnoticed: what a power cut \
    takes of the file is not written again. Take ProcSubset=pid out of the unit, or mount /proc as a whole.
    """

  /// The checkpoint that holds until what was not recorded is sorted out.
  let checkpoint: FileCheckpoint?
  var unrecorded: UnrecordedLines
  var resumption = BatchResumption.fromCursor
  var syncedLength: Int64 = 0
  /// The last event in the synced part; nil for the one to go on from.
  var syncedSequence: Int64?
  var createdAtSeconds: Int64?
  /// What the operator should know.
  var remarks: [String] = []

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
    if boot.isEmpty, sync != .never { remarks.append(Self.noBootRemark) }
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
    remarks.append(
      """
      \(file.path) is \(checkpoint.length - length) bytes shorter than we left it: somebody cut it. \
      The lines that are gone are not written again.
      """
    )
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
    remarks.append(
      """
      The machine was restarted: what the disk has lost of what was written after the last sync is written again, \
      from event \(checkpoint.syncedSequence) on.
      """
    )
  }

  /// The file stands under another name now.
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
      remarks.append(
        """
        The file that was written to before is not beside \(current.path) any more: if it was moved right \
        after a kill, its last lines may stand in it and here.
        """
      )
    }
    // Never cut: it may be somebody's only copy.
    try unrecorded.read(current, from: 0)
  }

  private mutating func read(endOf path: String) throws(Errno) {
    guard let file = try? AppendFile(opening: path) else { return }
    try unrecorded.read(endOf: file, maxBytes: Self.bytesWithoutCheckpoint)
  }
}
