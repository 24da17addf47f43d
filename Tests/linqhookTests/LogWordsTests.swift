import Foundation
import Testing

/// The log's words: fragments to search for, each with a row in the handbook where the operator has to act.
@Suite struct LogWordsTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The Swift files of the product that log.
  private static func sources() throws -> [String] {
    let folder = root.appending(path: "Sources")
    let files =
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" } ?? []
    return try files.map { try String(contentsOf: $0, encoding: .utf8) }
      .filter { $0.contains("ogger") }
  }

  /// The first literal of each call of a logger, and each literal of a switch that gives a message.
  private static func messages(in source: String) -> [Substring] {
    let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
    let calls = levels.flatMap { source.split(separator: "ogger.\($0)(").dropFirst() }
      .map { $0.drop(while: \.isWhitespace) }.filter { $0.first == "\"" }
    let cases = source.split(separator: "Logger.Message {").dropFirst()
      .flatMap { $0.prefix { $0 != "}" }.split(separator: ": ").dropFirst() }.filter { $0.first == "\"" }
    return (calls + cases).map { $0.dropFirst().prefix { $0 != "\"" } }
  }

  @Test func everyLogLineIsAFragment() throws {
    let messages = try Self.sources().flatMap(Self.messages)
    #expect(messages.count > 60)
    for message in messages {
      #expect(message.first?.isUppercase != true && message.last != ".", "\(message)")
    }
  }

  @Test func everyLineOfTheHandbookIsLogged() throws {
    let sources = try Self.sources()
    let handbook = try String(contentsOf: Self.root.appending(path: "deploy/README.md"), encoding: .utf8)
    let section = try #require(handbook.split(separator: "\n## ").first { $0.hasPrefix("Log lines") })
    let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.count > 30)
    for row in rows {
      let cell = row.dropFirst().prefix { $0 != "|" }
      // The literals are every second part between backquotes.
      for (index, words) in cell.split(separator: "`").enumerated() where index % 2 == 1 {
        #expect(sources.contains { $0.contains(words) }, "\(words)")
      }
    }
  }
}
