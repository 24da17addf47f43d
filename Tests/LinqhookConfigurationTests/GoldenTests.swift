import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// Bad configurations and every word that is said of them. A case is a title, the file, a line of dashes, and
/// the problems; warnings stand behind them.
@Suite struct GoldenTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var title: String
    var yaml: String
    var expected: [String]

    var testDescription: String { title }
  }

  static let cases = ["addresses", "answers", "endpoints", "handlers", "limits", "linq", "syntax"].flatMap {
    name -> [Case] in
    guard let url = Bundle.module.url(forResource: name, withExtension: "golden", subdirectory: "Golden"),
      let text = try? String(contentsOf: url, encoding: .utf8)
    else { return [] }
    return ("\n" + text).components(separatedBy: "\n=== ").dropFirst().map(parse)
  }

  private static func parse(_ text: String) -> Case {
    let halves = text.components(separatedBy: "\n-----\n")
    let lines = halves[0].components(separatedBy: "\n")
    let expected = halves.dropFirst().joined().split(separator: "\n").map(String.init)
    return Case(title: lines[0], yaml: lines.dropFirst().joined(separator: "\n") + "\n", expected: expected)
  }

  @Test func thereAreManyCases() {
    #expect(Self.cases.count > 110)
    #expect(Set(Self.cases.map(\.title)).count == Self.cases.count)
  }

  @Test(arguments: cases) func saysWhatIsWrong(_ golden: Case) throws {
    let folder = try TemporaryFolder()
    var lines: [String]
    do {
      lines = try folder.load(golden.yaml).warnings.map { "warning: " + folder.shorten($0) }
    } catch let error as ConfigurationError {
      lines = error.problems.map(folder.shorten) + error.warnings.map { "warning: " + folder.shorten($0) }
    }
    #expect(lines == golden.expected)
  }

  @Test(arguments: cases) func showsNoSecret(_ golden: Case) throws {
    let folder = try TemporaryFolder()
    let shown = try folder.problems(golden.yaml).joined()
    #expect(!shown.contains("canary"))
  }
}
