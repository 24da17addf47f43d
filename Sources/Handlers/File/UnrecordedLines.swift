internal import LinqEvents
internal import LinqhookInbox
internal import SystemPackage

/// Lines that are in the file although the inbox does not know it. Those of ours come again and are not
/// written a second time; the others are somebody else's and of no concern.
struct UnrecordedLines {
  /// More than a few batches cannot be unrecorded; this bounds what a stranger's file can cost.
  static let maxBytes: Int64 = 64 << 20
  /// How many events without a line may come before those with one.
  private static let maxMisses = 2048

  private let cursor: Int64
  /// No event that was received after this can have been written before the start.
  private let startedAtMilliseconds = (FileWriter.nowSeconds + 1) * 1000
  private var missesLeft = Self.maxMisses
  private var counts: [[UInt8]: Int] = [:]
  private var bytesLeft = Self.maxBytes

  /// Nothing yet; events after `cursor` are those that come again.
  init(cursor: Int64) { self.cursor = cursor }

  var isEmpty: Bool { counts.isEmpty }

  /// Whether the event is in the file already; each line answers once.
  mutating func take(_ event: StoredEvent) -> Bool {
    for line in FileLine.variants(of: event) {
      guard let count = counts[line] else { continue }
      counts[line] = count > 1 ? count - 1 : nil
      return true
    }
    return false
  }

  /// Notes an event that was not found.
  ///
  /// Events come again in the order in which they were written, but a handler that wants more of them since the start
  /// has others between them; replays, which lie behind the cursor, come out of turn. What is written now is behind
  /// the old checkpoint and is read at the next start, hence the bytes.
  /// - Returns: whether all of our lines were found.
  mutating func miss(_ event: StoredEvent) -> Bool {
    guard event.sequence > cursor else { return false }
    missesLeft -= 1
    bytesLeft -= Int64(event.payload.count)
    return missesLeft == 0 || bytesLeft < Self.maxBytes / 2
      || event.receivedAtMilliseconds > startedAtMilliseconds
  }

  /// Takes in the lines from `offset` on, and cuts off a torn one at the end.
  mutating func read(_ file: AppendFile, from offset: Int64) throws(Errno) {
    let length = min(try file.status().length - offset, bytesLeft)
    guard length > 0 else { return }
    bytesLeft -= length
    let bytes = try file.read(at: offset, count: Int(length))
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      counts[Array(bytes[start..<end]), default: 0] += 1
      start = end + 1
    }
    guard start < bytes.endIndex, bytesLeft > 0 else { return }
    try take(lastLine: Array(bytes[start...]), of: file, at: offset + Int64(start))
  }

  /// Takes in the last lines of a file, at most `maxBytes` of it.
  mutating func read(endOf file: AppendFile, maxBytes: Int64) throws(Errno) {
    let length = try file.status().length
    guard length > maxBytes else { return try read(file, from: 0) }
    let bytes = try file.read(at: length - maxBytes, count: Int(maxBytes))
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return }
    try read(file, from: length - maxBytes + Int64(end) + 1)
  }

  /// A line without its line feed. Ours are objects, so what begins like one and is none was torn; all else is
  /// left alone.
  private mutating func take(lastLine line: [UInt8], of file: AppendFile, at start: Int64) throws(Errno) {
    if line.first == UInt8(ascii: "{"), !FileLine.isWhole(line) {
      try file.cut(to: start)
      try file.sync()
    } else {
      counts[line, default: 0] += 1
    }
  }
}
