internal import Inbox
internal import SystemPackage

/// The end of a file of which it is not known whether it is ours.
struct UnrecordedTail {
  var file: AppendFile
  var offset: Int64
}

struct UnrecordedTails {
  /// So far a tail is searched; lines of ours begin at its start but for what others added.
  private static let searchBytesMax: Int64 = 16 << 20

  /// Oldest first; the last one is the file that is written to.
  var tails: [UnrecordedTail]

  /// Whether there is anything to decide.
  func isEmpty() throws(Errno) -> Bool {
    for tail in tails where try tail.file.status().length > tail.offset { return false }
    return true
  }

  /// Cuts our own lines off, given the first event that comes again.
  /// - Returns: how many bytes were cut; nil where none of the lines was found.
  func reconcile(with event: StoredEvent) throws(Errno) -> Int64? {
    let lines = FileLine.variants(of: event)
    for (index, tail) in tails.enumerated() {
      guard let start = try Self.position(of: lines, in: tail) else { continue }
      var cutBytes: Int64 = 0
      // The last one first: should we be killed meanwhile, the line that was found is still there to be found.
      for later in tails[(index + 1)...].reversed() { cutBytes += try Self.cut(later.file, to: later.offset) }
      return try cutBytes + Self.cut(tail.file, to: start)
    }
    return nil
  }

  private static func cut(_ file: AppendFile, to length: Int64) throws(Errno) -> Int64 {
    let surplus = try file.status().length - length
    guard surplus > 0 else { return 0 }
    try file.cut(to: length)
    try file.sync()
    return surplus
  }

  /// Where one of the lines begins, or a torn beginning of it ends the file.
  private static func position(of lines: [[UInt8]], in tail: UnrecordedTail) throws(Errno) -> Int64? {
    let length = min(try tail.file.status().length - tail.offset, searchBytesMax)
    guard length > 0 else { return nil }
    let bytes = try tail.file.read(at: tail.offset, count: Int(length))
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let rest = bytes[start...]
      if lines.contains(where: { rest.starts(with: $0) || $0.starts(with: rest) }) {
        return tail.offset + Int64(start)
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      start = end + 1
    }
    return nil
  }
}
