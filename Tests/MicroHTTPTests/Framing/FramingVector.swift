import Foundation
import Testing

/// One request over the wire, and what a careful server does with it. The vectors stand in Framing/Vectors, one in a
/// line: verdict, name and bytes, with " | " between them. `Tests/run --framing` sends the same ones through
/// proxies.
///
/// Bytes are written as `\r`, `\n`, `\t`, `\0`, `\\` and `\x7f`; `{head}` is a POST with a host whose fields go on,
/// and `{chunked}` one whose chunks begin.
///
/// Verdicts: a status means one answer with it, and then the end of the connection: 503 where all
/// that follows is taken for a part of the request. `refuse` means one refusal at
/// most, and the end. `accept BODY` means one request with this body. `once` leaves open whether it is accepted or
/// refused: the standard does, or the library decides; but one request at most is seen. Behind `layout` stand those
/// that only the layout of libmicrohttpd 0.9.75 tells.
struct FramingVector: Sendable {
  enum Verdict: Sendable, Equatable {
    case status(Int)
    case refuse
    case accept(body: [UInt8])
    case once
  }

  var name: String
  var verdict: Verdict
  var bytes: [UInt8]
  /// Whether the plain rules cannot tell.
  var needsLayout = false

  init?(line: String) {
    let columns = line.split(separator: " | ", maxSplits: 2, omittingEmptySubsequences: false)
    guard columns.count == 3, let bytes = Self.bytes(of: columns[2]) else { return nil }
    let words = columns[0].split(separator: " ", maxSplits: 1)
    needsLayout = words.count == 2 && words[1] == "layout"
    switch words.first {
    case "accept": verdict = .accept(body: Self.bytes(of: words.count > 1 ? words[1] : "") ?? [])
    case "refuse": verdict = .refuse
    case "once": verdict = .once
    default:
      guard let status = words.first.flatMap({ Int($0) }) else { return nil }
      verdict = .status(status)
    }
    name = String(columns[1])
    self.bytes = bytes
  }

  private static let shorthands = [
    "{head}": #"POST /v HTTP/1.1\r\nHost: h\r\n"#,
    "{chunked}": #"POST /v HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"#,
  ]

  private static func bytes(of text: Substring) -> [UInt8]? {
    var text = String(text)
    for (name, meaning) in shorthands { text = text.replacingOccurrences(of: name, with: meaning) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "0"): bytes.append(0)
      case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "x"):
        guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: return nil
      }
    }
    return bytes
  }
}

/// The vectors about one idea: a file of Framing/Vectors.
struct FramingFamily: Sendable, CustomTestStringConvertible {
  var name: String
  var vectors: [FramingVector] = []
  /// Lines that are no vectors.
  var unreadableLines: [String] = []

  var testDescription: String { name }

  static let all: [FramingFamily] = {
    let folder = Bundle.module.resourceURL?.appendingPathComponent("Vectors")
    let files = folder.flatMap {
      try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
    }
    return (files ?? []).compactMap(FramingFamily.init).sorted { $0.name < $1.name }
  }()

  private init?(file: URL) {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    name = file.deletingPathExtension().lastPathComponent
    for line in text.split(separator: "\n").map(String.init) where !line.hasPrefix("#") {
      if let vector = FramingVector(line: line) {
        vectors.append(vector)
      } else {
        unreadableLines.append(line)
      }
    }
  }
}
