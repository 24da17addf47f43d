// Where to go on after a start.
//
// The checkpoint says how much of which file is recorded. What stands behind that are lines that were written
// just before we were killed, whole or torn: they come again, so they must go. But a line that somebody else
// added may stand there as well, and must stay. So nothing is cut on suspicion. The first event that comes
// again tells: where its line is found behind the recorded length, there our unrecorded lines begin, and the
// file is cut at that point. If it is not found, what stands there is not ours.
//
// A file that was rotated just before the kill is found by its inode. Then the lines in question may stand in
// the rotated file and in the one that followed; these are the tails, oldest first.
//
// After another boot the bytes behind the last sync may be missing or garbage, so the file is cut back to
// there and the events after it come again.

internal import Delivery
internal import SystemPackage

/// What a start finds.
struct FileRecovery {
  /// So much of a file without a checkpoint is searched for lines of a first, unrecorded batch.
  private static let firstSearchBytes: Int64 = 16 << 20

  var tails: UnrecordedTails
  var resumption: BatchResumption
  var syncedLength: Int64
  /// The last event in the synced part; nil for the one to go on from.
  var syncedSequence: Int64?
  var createdAtSeconds: Int64?
  /// What the operator should know.
  var remarks: [String] = []
}

extension FileRecovery {
  /// Decides from the checkpoint and from what is there.
  init(
    checkpoint: FileCheckpoint?,
    current: AppendFile,
    rotated: RotatedFiles,
    sync: FileHandlerSettings.Sync
  ) throws(Errno) {
    let length = try current.status().length
    self.init(tails: UnrecordedTails(tails: []), resumption: .fromCursor, syncedLength: 0)
    guard let checkpoint else {
      for old in rotated.all() where old.isPlain {
        if let file = try? AppendFile(opening: old.path) { try recoverWithoutCheckpoint(file) }
      }
      try recoverWithoutCheckpoint(current)
      return
    }
    if checkpoint.identity == current.identity {
      createdAtSeconds = checkpoint.createdAtSeconds
      try recover(current, length: length, checkpoint: checkpoint, sync: sync)
    } else {
      try recoverRotated(current, checkpoint: checkpoint, rotated: rotated, sync: sync)
    }
  }

  /// Nothing was ever recorded, but a first batch may have been written, and the file rotated after it.
  private mutating func recoverWithoutCheckpoint(_ file: AppendFile) throws(Errno) {
    var offset = max(0, try file.status().length - Self.firstSearchBytes)
    if offset > 0 {
      let bytes = try file.read(at: offset, count: Int(Self.firstSearchBytes))
      offset += Int64((bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1)
    }
    tails.tails.append(UnrecordedTail(file: file, offset: offset))
  }

  /// The file stands where it stood.
  private mutating func recover(
    _ file: AppendFile,
    length: Int64,
    checkpoint: FileCheckpoint,
    sync: FileHandlerSettings.Sync
  ) throws(Errno) {
    if checkpoint.boot != FileCheckpoint.currentBoot, sync != .never {
      let kept = min(length, checkpoint.syncedLength)
      try file.cut(to: kept)
      try file.sync()
      syncedLength = kept
      if checkpoint.syncedLength < checkpoint.length {
        resumption = .after(sequence: checkpoint.syncedSequence)
        remarks.append(
          "The machine was restarted: what was written after the last sync is written again from event \(checkpoint.syncedSequence) on."
        )
      }
      return
    }
    syncedLength = min(length, checkpoint.syncedLength)
    syncedSequence = checkpoint.syncedSequence
    guard length < checkpoint.length else {
      tails.tails.append(UnrecordedTail(file: file, offset: checkpoint.length))
      return
    }
    remarks.append(
      "\(file.path) is \(checkpoint.length - length) bytes shorter than we left it: somebody cut it. The lines that are gone are not written again."
    )
    tails.tails.append(UnrecordedTail(file: file, offset: 0))
  }

  /// The file stands under another name now.
  private mutating func recoverRotated(
    _ current: AppendFile,
    checkpoint: FileCheckpoint,
    rotated: RotatedFiles,
    sync: FileHandlerSettings.Sync
  ) throws(Errno) {
    if let path = rotated.find(checkpoint.identity), let file = try? AppendFile(opening: path) {
      let length = try file.status().length
      try recover(file, length: length, checkpoint: checkpoint, sync: sync)
      for next in rotated.all().drop(while: { $0.path != path }).dropFirst() where next.isPlain {
        if let file = try? AppendFile(opening: next.path) {
          tails.tails.append(UnrecordedTail(file: file, offset: 0))
        }
      }
    } else {
      remarks.append(
        "The file that was written to before is not beside \(current.path) any more: if it was moved right after a kill, its last lines may stand in it and here."
      )
    }
    syncedLength = 0
    syncedSequence = nil
    tails.tails.append(UnrecordedTail(file: current, offset: 0))
  }
}
