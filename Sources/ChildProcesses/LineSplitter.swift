/// Cuts a stream of bytes into lines. A line that does not end within the limit comes in pieces.
public struct LineSplitter: Sendable {
  private let maxLineBytes: Int
  private var partial: [UInt8] = []

  /// A splitter whose pieces are at most this long.
  public init(maxLineBytes: Int = 65_536) { self.maxLineBytes = maxLineBytes }

  /// Whether something has come since the last line feed.
  public var hasPartialLine: Bool { !partial.isEmpty }

  /// Calls `body` with each line that is now complete, without its line feed.
  public mutating func append(_ bytes: [UInt8], _ body: ([UInt8]) -> Void) {
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      emit(bytes[start..<end], body)
      start = end + 1
    }
    partial.append(contentsOf: bytes[start...])
    while partial.count > maxLineBytes {
      body(Array(partial.prefix(maxLineBytes)))
      partial.removeFirst(maxLineBytes)
    }
  }

  /// Calls `body` with what came after the last line feed, if anything did.
  public mutating func finish(_ body: ([UInt8]) -> Void) {
    if !partial.isEmpty { body(partial) }
    partial = []
  }

  private mutating func emit(_ end: ArraySlice<UInt8>, _ body: ([UInt8]) -> Void) {
    var line = partial.isEmpty ? Array(end) : partial + end
    partial = []
    while line.count > maxLineBytes {
      body(Array(line.prefix(maxLineBytes)))
      line.removeFirst(maxLineBytes)
    }
    body(line)
  }
}
