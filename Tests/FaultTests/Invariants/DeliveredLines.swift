import Foundation

/// What stands in an archive and in the files that it was moved to, in the order in which it was written.
struct DeliveredLines {
  /// One whole line.
  struct Line: Equatable {
    var id: String
    var chat: Int
  }

  private(set) var lines: [Line] = []
  private(set) var tornCount = 0

  /// - Parameter texts: the files, oldest first.
  init(texts: [String]) {
    for text in texts {
      var rows = text.split(separator: "\n", omittingEmptySubsequences: false)
      // What stands after the last line end has no end of its own.
      if rows.removeLast() != "" { tornCount += 1 }
      for row in rows { add(row) }
    }
  }

  /// An archive in a folder with the files that it was moved to. Their names must sort by age.
  init(archive: String, in folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let moved = names.filter { $0.hasPrefix(archive + ".") }.sorted()
    self.init(
      texts: (moved + [archive]).map {
        (try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) ?? ""
      }
    )
  }

  private mutating func add(_ row: Substring) {
    if let line = Self.line(row) { lines.append(line) } else { tornCount += 1 }
  }

  /// What stands between the quotes of a whole line; nil for what differs. A regular expression says the same, and takes
  /// seconds for the lines of one of many power cuts.
  private static let frame: [Substring?] = [
    "{", "api_version", ":", "v2", ",", "event_id", ":", nil, ",", "event_type", ":", nil, ",", "data", ":{",
    "chat_id", ":", nil, ",", "text", ":", nil, "}}",
  ]

  private static func line(_ row: Substring) -> Line? {
    let parts = row.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count == frame.count, zip(parts, frame).allSatisfy({ $1 == nil || $0 == $1 }),
      !parts[7].isEmpty, !parts[11].isEmpty, parts[21].utf8.allSatisfy({ $0 == UInt8(ascii: "x") }),
      let chat = Int(parts[17])
    else { return nil }
    return Line(id: String(parts[7]), chat: chat)
  }
}
