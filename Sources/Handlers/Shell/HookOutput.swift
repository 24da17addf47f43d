internal import ChildProcesses
internal import Logging
internal import ShownText

/// What a hook or worker writes: to the log line by line, up to a limit for each run, and the end of its
/// standard error for the reason of a failure.
struct HookOutput {
  private static let maxLineBytes = 8_192
  private static let maxTailBytes = 4_096
  /// What a line of the log takes beside its text and what the handler's logger adds: time, level, names, quotes.
  private static let prefixBytes = 80

  private let logger: Logger
  private let level: Logger.Level
  private let maxBytes: Int
  private let refillInterval: Duration?
  private let lineCost: Int
  private var bytesLeft: Int
  private var refilledAt = ContinuousClock.now
  private var isTruncationSaid = false
  private var lines = LineSplitter(maxLineBytes: maxLineBytes)
  private var errorLines = LineSplitter(maxLineBytes: maxLineBytes)
  private var tail: [UInt8] = []

  /// - Parameters:
  ///   - maxBytes: how much of the log may be filled, with the prefix of each line.
  ///   - refillInterval: after this time, as much again; nil for never.
  init(logger: Logger, level: Logger.Level, maxBytes: Int, refillInterval: Duration? = nil) {
    self.logger = logger
    self.level = level
    self.maxBytes = maxBytes
    self.refillInterval = refillInterval
    lineCost =
      Self.prefixBytes
      + ["handler", "event_id", "worker"].reduce(0) { sum, key in
        sum + (logger[metadataKey: key].map { key.utf8.count + "\($0)".utf8.count + 6 } ?? 0)
      }
    bytesLeft = maxBytes
  }

  /// The last 4 KiB of standard error, on one line; asking again gives what came since.
  mutating func takeErrorTail() -> String {
    defer { tail = [] }
    let text = Shown.words(tail.suffix(Self.maxTailBytes))
    // What is kept with a dead letter is counted in bytes, and what is too much is cut from the end.
    var start = text.utf8.index(text.startIndex, offsetBy: max(0, text.utf8.count - Self.maxTailBytes))
    while start.samePosition(in: text.unicodeScalars) == nil { start = text.utf8.index(after: start) }
    return String(text[start...])
  }

  mutating func append(_ stream: ChildStream, _ bytes: [UInt8]) {
    if stream == .errorOutput {
      tail.append(contentsOf: bytes.suffix(Self.maxTailBytes))
      if tail.count > 4 * Self.maxTailBytes { tail = tail.suffix(Self.maxTailBytes) }
    }
    var complete: [[UInt8]] = []
    switch stream {
    case .output: lines.append(bytes) { complete.append($0) }
    case .errorOutput: errorLines.append(bytes) { complete.append($0) }
    }
    for line in complete { log(stream, line) }
  }

  /// Logs what came without a line feed at its end.
  mutating func finish() {
    var rest: [(ChildStream, [UInt8])] = []
    lines.finish { rest.append((.output, $0)) }
    errorLines.finish { rest.append((.errorOutput, $0)) }
    for (stream, line) in rest { log(stream, line) }
  }

  private mutating func refill() {
    guard let refillInterval, ContinuousClock.now - refilledAt >= refillInterval else { return }
    refilledAt = .now
    bytesLeft = maxBytes
    isTruncationSaid = false
  }

  private mutating func log(_ stream: ChildStream, _ line: [UInt8]) {
    refill()
    guard bytesLeft > lineCost else {
      if !isTruncationSaid { logger.log(level: level, "output limit reached; dropping the rest") }
      isTruncationSaid = true
      return
    }
    let shown = Shown.line(line).prefix(maxLogBytes: min(Self.maxLineBytes, bytesLeft - lineCost))
    bytesLeft -= lineCost + shown.logBytes
    logger.log(
      level: level,
      "\(shown)",
      metadata: ["stream": stream == .output ? "stdout" : "stderr"]
    )
  }
}

extension String {
  /// How many bytes a log takes for the text: it may put a backslash before a quote or a backslash.
  fileprivate var logBytes: Int { utf8.reduce(0) { $0 + Self.logBytes($1) } }

  /// The longest beginning of whole characters of which a log takes at most `maxLogBytes`.
  fileprivate func prefix(maxLogBytes: Int) -> String {
    var left = maxLogBytes
    var end = utf8.startIndex
    while end < utf8.endIndex {
      left -= Self.logBytes(utf8[end])
      guard left >= 0 else { break }
      end = utf8.index(after: end)
    }
    guard end < utf8.endIndex else { return self }
    while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }

  private static func logBytes(_ byte: UInt8) -> Int {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 2 : 1
  }
}
