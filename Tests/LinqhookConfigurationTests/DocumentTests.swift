import LinqhookConfiguration
import TestKit
import Testing

/// What YAML can do to its reader.
@Suite struct DocumentTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: ["", "\n", "# nothing\n", "---\n", "---\n...\n", "~", "\u{FEFF}# mark\n", "{}"])
  func anEmptyFileMeansDefaults(_ yaml: String) throws {
    #expect(try folder.load(yaml).settings.listen == .tcp(host: "127.0.0.1", port: 8080))
  }

  @Test func anchorsAndMergesAreTaken() throws {
    let yaml = """
      handlers:
        - &base {name: a, type: log, level: debug, retry: &slow {attempts: 2, first: 5s}}
        - {<<: *base, name: b}
        - {name: c, type: log, retry: *slow}
        - {name: d, type: log, retry: {<<: [{attempts: 9}, *slow], factor: 3}}
      """
    let handlers = try folder.load(yaml).settings.handlers
    #expect(handlers.map(\.name) == ["a", "b", "c", "d"])
    #expect(handlers[1].kind == .log(LogHandlerSettings(level: .debug)))
    #expect(handlers.map(\.retry.attempts) == [2, 2, 2, 9])
    #expect(handlers.map(\.retry.first) == [.seconds(5), .seconds(5), .seconds(5), .seconds(5)])
    #expect(handlers[3].retry.factor == 3)
  }

  @Test func aliasesThatBlowUpAreStopped() throws {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      yaml += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let problems = try folder.problems(yaml)
    #expect(
      problems.first
        == "linqhook.yaml:1: the file holds more than 20000 values, counting what its aliases stand for."
    )
    for key in ["? *a9\n: x\n", "*a9 : x\n", "[*a9]: x\n", "x: {*a9 : y}\n", "- ? [*a9]\n  : x\n"] {
      #expect(
        try folder.problems(yaml + key).contains {
          $0.hasSuffix("a key holds an alias. Write the key out; an alias may stand as a value.")
        }
      )
    }
  }

  @Test func deepNestingIsStopped() throws {
    let yaml = "where: " + String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect(
      try folder.problems(yaml).contains("linqhook.yaml:1: values are nested more than 32 levels deep.")
    )
    let deeper = String(repeating: "[", count: 100_000)
    #expect(try folder.problems(deeper).count == 1)
  }

  @Test func aHugeFileIsNotRead() throws {
    let problems = try folder.problems(String(repeating: "# filler\n", count: 120_000))
    #expect(problems == ["linqhook.yaml: this configuration file is larger than 1MiB."])
  }

  @Test func whatIsNoTextIsSaidSo() throws {
    let path = try folder.write("latin.yaml", [0x61, 0x3A, 0x20, 0xE9, 0x0A])
    let error = try configurationError { try SettingsLoader.load(file: path, environment: [:]) }
    #expect(
      error.problems.map(folder.shorten) == [
        "latin.yaml: this configuration file is not UTF-8 text. Save it as UTF-8."
      ]
    )
    #expect(
      try folder.problems("listen: 127.0.0.1:1\nlog: \u{1}\n") == [
        "linqhook.yaml:2: a control character stands here. Take it out; in double quotes it can be written as \\xNN."
      ]
    )
  }

  @Test func aFolderIsNoFile() throws {
    let error = try configurationError { try SettingsLoader.load(file: folder.path, environment: [:]) }
    #expect(error.description == "\(folder.path): this configuration file is a folder, not a file.")
  }

  @Test func linesEndAsTheyLike() throws {
    #expect(
      try folder.problems("# one\r\nlimits:\r\n  connections: 0\r\n") == [
        "linqhook.yaml:3: limits: `connections` must be between 1 and 1000000, not 0."
      ]
    )
    #expect(
      try folder.problems("limits: {}\r\nlisten: a:1\r\nlimits: {}\r\n").first?.hasPrefix("linqhook.yaml:3:")
        == true
    )
  }

  @Test func aProblemCarriesItsPlaceAndKey() throws {
    let error = try configurationError {
      try folder.load("handlers:\n  - name: a\n    type: log\n    retry: {factor: 0}\n")
    }
    #expect(error.problems.map(\.key) == ["handlers[0].retry.factor"])
    #expect(error.problems.map(\.place) == [.file("\(folder.path)/linqhook.yaml", line: 4, column: 21)])
  }

  @Test func manyRepeatedKeysEndInOneSentence() throws {
    let yaml = (0..<40).map { "k\($0): 1\nk\($0): 2\n" }.joined()
    #expect(try folder.problems(yaml) == ["linqhook.yaml:1: too many keys are in this file twice."])
  }
}
