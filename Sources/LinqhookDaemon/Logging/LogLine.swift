import LinqEvents
import LinqhookConfiguration
import Logging
import ShownText

/// Renders one record as one line. Whatever a value holds, the line stays one line, and what a terminal would obey or
/// not show is escaped, so that nobody can write a line of their own into the log or hide something in it.
struct LogLine {
  let format: LogFormat
  /// Under systemd the journal stamps the time itself and reads the priority from `<N>`.
  let isJournal: Bool

  func render(
    _ level: Logger.Level,
    _ message: String,
    _ metadata: Logger.Metadata,
    atMilliseconds: Int64
  ) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(192)
    switch format {
    case .json: renderJSON(level, message, metadata, atMilliseconds, into: &line)
    case .text: renderText(level, message, metadata, atMilliseconds, into: &line)
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  private func renderText(
    _ level: Logger.Level,
    _ message: String,
    _ metadata: Logger.Metadata,
    _ atMilliseconds: Int64,
    into line: inout [UInt8]
  ) {
    if isJournal {
      line.append(contentsOf: "<\(level.journalPriority)>".utf8)
    } else {
      line.append(contentsOf: RFC3339.text(milliseconds: atMilliseconds).utf8)
      line.append(contentsOf: " \(level.label.uppercased()) ".utf8)
    }
    line.append(contentsOf: Shown.line(message).utf8)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      line.append(contentsOf: " \(key)=".utf8)
      Self.appendValue(value.description, to: &line)
    }
  }

  private func renderJSON(
    _ level: Logger.Level,
    _ message: String,
    _ metadata: Logger.Metadata,
    _ atMilliseconds: Int64,
    into line: inout [UInt8]
  ) {
    line.append(contentsOf: #"{"ts":""#.utf8)
    line.append(contentsOf: RFC3339.text(milliseconds: atMilliseconds).utf8)
    line.append(contentsOf: #"","level":"\#(level.label)","msg":"#.utf8)
    JSONText.append(message, to: &line)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      line.append(UInt8(ascii: ","))
      JSONText.append(key, to: &line)
      line.append(UInt8(ascii: ":"))
      JSONText.append(value.description, to: &line)
    }
    line.append(UInt8(ascii: "}"))
  }

  /// A value that could be mistaken for several fields is in quotes.
  private static func appendValue(_ value: String, to line: inout [UInt8]) {
    let isPlain =
      !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3d && $0 < 0x7f }
    if isPlain { line.append(contentsOf: value.utf8) } else { JSONText.append(value, to: &line) }
  }
}

extension Logger.Level {
  /// The names of the contract: debug, info, warn, error.
  var label: String {
    switch self {
    case .trace: "trace"
    case .debug: "debug"
    case .info: "info"
    case .notice: "info"
    case .warning: "warn"
    case .error: "error"
    case .critical: "error"
    }
  }

  /// sd-daemon(3): 0 emergency to 7 debug.
  var journalPriority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
