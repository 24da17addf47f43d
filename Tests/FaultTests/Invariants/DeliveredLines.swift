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
    if let match = row.wholeMatch(of: Self.shape), let chat = Int(match.2) {
      lines.append(Line(id: String(match.1), chat: chat))
    } else {
      tornCount += 1
    }
  }

  private static var shape: Regex<(Substring, Substring, Substring)> {
    #/\{"api_version":"v2","event_id":"([^"]+)","event_type":"[a-z.]+","data":\{"chat_id":"(\d+)","text":"x*"\}\}/#
  }
}
