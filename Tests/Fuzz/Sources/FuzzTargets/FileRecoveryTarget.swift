import Foundation

@testable import Handlers

/// What a start finds in an event file: any bytes, and a checkpoint that says anything about them. Nothing that
/// was recorded may go, and what goes behind it is one torn line.
struct FileRecoveryTarget: FuzzTarget {
  private let path = "\(NSTemporaryDirectory())/linqhook-fuzz-\(UUID().uuidString).ndjson"

  /// Six bytes say how the checkpoint looks, the rest stands in the file.
  func run(_ input: [UInt8]) {
    guard input.count >= 6 else { return }
    _ = FileCheckpoint(input)
    let contents = Array(input[6...])
    write(contents, to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      let file = try AppendFile(locking: path)
      let checkpoint = checkpoint(input, of: file)
      if let checkpoint {
        claim(FileCheckpoint(checkpoint.bytes) == checkpoint, "A checkpoint is not read back.")
      }
      _ = try FileRecovery(
        checkpoint: checkpoint,
        cursor: 5,
        current: file,
        rotated: RotatedFiles(of: path),
        sync: input[0] & 2 == 0 ? .always : .never
      )
      check(contents, checkpoint, isCutToSync: input[0] & 6 == 4)
    } catch {
      fatalError("\(error)")
    }
  }

  private func checkpoint(_ input: [UInt8], of file: AppendFile) -> FileCheckpoint? {
    guard input[0] & 1 == 0 else { return nil }
    let length = Int64(input[1]) << 8 | Int64(input[2])
    return FileCheckpoint(
      identity: file.identity,
      length: length,
      syncedLength: min(length, Int64(input[3]) << 8 | Int64(input[4])),
      syncedSequence: Int64(input[5]),
      createdAtSeconds: 0,
      boot: input[0] & 4 == 0 ? FileCheckpoint.currentBoot : "another"
    )
  }

  private func check(_ before: [UInt8], _ checkpoint: FileCheckpoint?, isCutToSync: Bool) {
    let after = Array(FileManager.default.contents(atPath: path) ?? Data())
    claim(before.starts(with: after), "Recovery changed bytes of the file.")
    if let checkpoint, isCutToSync {
      return checkBehindSync(after, syncedBytes: min(before.count, Int(checkpoint.syncedLength)))
    }
    guard after.count < before.count else { return }
    // A file that was cut inside a recorded line loses the rest of that line too.
    let recorded = checkpoint.map { Int($0.length) <= before.count ? Int($0.length) : 0 } ?? 0
    claim(after.count >= recorded, "Recovery cut what was recorded.")
    let cut = before[after.count...]
    claim(cut.first == UInt8(ascii: "{") && !cut.contains(0x0A), "Recovery cut more than a torn line.")
  }

  /// What stands behind the sync after another boot was whole.
  private func checkBehindSync(_ after: [UInt8], syncedBytes: Int) {
    claim(after.count >= syncedBytes, "Recovery cut what was synced.")
    for line in after[syncedBytes...].split(separator: 0x0A) {
      // JSON may end in white space.
      let end = line.last { ![0x20, 0x09, 0x0D].contains($0) }
      let isObject = line.first == UInt8(ascii: "{") && end == UInt8(ascii: "}")
      claim(isObject, "A line that is not whole was kept.")
    }
  }
}
