import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// The manual, the commented file and `check --print` name the same keys, because all come from one table or are held
/// against it here.
@Suite struct ManualTests {
  /// A key, and the part of the commented file in which it must stand.
  struct Entry: CustomTestStringConvertible {
    var key: KeyDescription
    var part: String
    var testDescription: String { key.path }
  }

  /// config/linqhook.yaml with the settings that are off turned on, its comments left in.
  static let file: String = {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let url = tests.deletingLastPathComponent().appendingPathComponent("config/linqhook.yaml")
    let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let indentation = line.prefix { $0 == " " }
      let content = line.dropFirst(indentation.count)
      let isOff = content.hasPrefix("#") && !content.hasPrefix("# ") || line.hasPrefix("#  ")
      return isOff ? indentation + content.dropFirst() : line
    }.joined(separator: "\n")
  }()

  /// From the line that begins with `start` to the next one that begins with one of `ends`.
  static func part(from start: String, to ends: String...) -> String {
    let lines = file.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { $0.hasPrefix(start) }) else { return "" }
    let rest = lines[(first + 1)...]
    let end = rest.firstIndex { line in ends.contains { line.hasPrefix($0) } } ?? lines.endIndex
    return lines[first..<end].joined(separator: "\n")
  }

  static let entries: [Entry] = SettingsManual.sections.flatMap { section in
    let part =
      switch section.owner {
      case "the file": file
      case "an endpoint": part(from: "endpoints:", to: "allow_weak_secrets:")
      case "every handler": part(from: "  - name: log", to: "  - name: archive")
      case "a log handler": part(from: "  - name: log", to: "  - name: archive")
      case "a file handler": part(from: "  - name: archive", to: "  - name: reply")
      case "a shell handler": part(from: "  - name: reply", to: "  - name: bot")
      case "a worker handler": part(from: "  - name: bot", to: "  - name: crm")
      case "an http handler": part(from: "  - name: crm", to: "  - name: media")
      case "a media handler": part(from: "  - name: media", to: "  - name: ")
      default: ""
      }
    return section.keys.map { Entry(key: $0, part: part) }
  }

  @Test func thereAreKeysOfEveryPart() {
    #expect(Self.entries.count > 70)
    #expect(Self.entries.allSatisfy { !$0.part.isEmpty })
  }

  @Test(arguments: entries) func theCommentedFileHasTheKeyWithItsDefault(entry: Entry) {
    let name = entry.key.path.split(separator: ".").last.map(String.init) ?? ""
    let isNamed = entry.part.contains("\(name):") || entry.part.contains("`\(name)` ")
    #expect(isNamed, "\(name) is not in its part of config/linqhook.yaml")
    guard let value = entry.key.defaultText, !entry.key.isExplained else { return }
    let spellings = [value, "\"\(value)\""] + (value == "1m" ? ["60s"] : [])
    let isThere = spellings.contains { entry.part.contains("\(name): \($0)") }
    #expect(isThere, "\(name) has another default than \(value) in config/linqhook.yaml")
  }

  @Test(arguments: entries) func theKeyIsExplained(entry: Entry) {
    let key = entry.key
    #expect(!key.takes.isEmpty)
    #expect(key.meaning.hasSuffix(".") && key.meaning.count > 12, "\(key.path): \(key.meaning)")
    #expect(SettingsManual.text.contains("  \(key.path)\n      \(key.meaning)\n      Takes \(key.takes)."))
  }

  @Test func checkPrintHasEveryKey() throws {
    let environment = [
      "HOME": "/home/linq", "LINQ_WEBHOOK_SECRET": "golden-secret-4711", "CRM_AUTHORIZATION": "a",
      "LINQHOOK_ADMIN_TOKEN": "golden-token-4711", "CRM_SECRET": "golden-target-4711",
      "LINQ_INTEGRATION_TOKEN": "golden-api-4711",
    ]
    let text =
      Self.file.replacing("listen: 127.0.0.1:8080", with: "listen: unix:/run/a")
      .replacing("listen: 127.0.0.1:9464", with: "listen: unix:/run/b")
      .replacing(
        "bad_signature: 401, stale: 503}",
        with: "bad_signature: 401, stale: 503, headers: {X-Cell: a}}"
      )
    let printed = SettingsPrinter.yaml(try TemporaryFolder().load(text, environment: environment).settings)
    for entry in Self.entries {
      let name = entry.key.path.split(separator: ".").last.map(String.init) ?? ""
      #expect(printed.contains("\(name):"), "check --print leaves out \(entry.key.path)")
    }
  }
}

extension KeyDescription {
  /// Whether its default is told in words.
  fileprivate var isExplained: Bool {
    ["none", "one with", "the file's", "$STATE", "log 1,", "{name:"].contains {
      defaultText?.hasPrefix($0) == true
    }
  }
}
