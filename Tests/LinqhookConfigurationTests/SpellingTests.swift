import LinqhookConfiguration
import TestKit
import Testing

/// Texts count as they are spelt, whatever YAML makes of them.
@Suite struct SpellingTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  static let spellings = [
    "01234", "00447700900123", "1.10", "True", "TRUE", "0x10", "0o17", "1e3", "1_000", "2026-11-30",
    "12:30:45", "null",
    "Null", "~", "yes", "no", "on", "off", "+12025550147", "-0", ".5", "5.", ".inf", ".nan",
    "12345678901234567890123", "007",
    "<<", "=", "true", "1",
  ]

  @Test(arguments: spellings) func aConditionComparesWithWhatIsWritten(_ text: String) throws {
    let yaml =
      "handlers:\n  - name: a\n    type: log\n    where:\n      data.id: \(text)\n      data.other: '\(text)'\n"
    let loaded = try folder.load(yaml)
    #expect(
      loaded.settings.handlers[0].conditions == [
        EventCondition(path: "data.id", text: text), EventCondition(path: "data.other", text: text),
      ]
    )
    let again = try folder.load(SettingsPrinter.yaml(loaded.settings))
    #expect(again.settings.handlers == loaded.settings.handlers)
  }

  @Test(arguments: spellings) func argumentsAreHandedOverAsWritten(_ text: String) throws {
    let yaml = "handlers:\n  - {name: a, type: shell, command: [/bin/true, \(text), '\(text)']}\n"
    guard case .shell(let shell) = try folder.load(yaml).settings.handlers[0].kind else {
      Issue.record("not a shell handler")
      return
    }
    #expect(shell.program.command == ["/bin/true", text, text])
  }

  @Test(arguments: spellings.filter { $0 != "~" }) func headersAreSentAsWritten(_ text: String) throws {
    let yaml = "handlers:\n  - {name: a, type: http, url: 'https://h/', headers: {X-Tag: \(text)}}\n"
    guard case .http(let http) = try folder.load(yaml).settings.handlers[0].kind else {
      Issue.record("not an http handler")
      return
    }
    #expect(http.headers[0].value.text.reveal() == text)
  }

  @Test(arguments: ["null", "yes", "no", "true", "007", "1e3"]) func namesAreTexts(_ text: String) throws {
    let yaml =
      "handlers:\n  - {name: \(text), type: shell, command: [/bin/true], environment: [_\(text), NULL, null]}\n"
    let handler = try folder.load(yaml).settings.handlers[0]
    #expect(handler.name == text)
    guard case .shell(let shell) = handler.kind else {
      Issue.record("not a shell handler")
      return
    }
    #expect(shell.program.environment == ["_\(text)", "NULL", "null"])
  }

  @Test func digitsOfACustomHandlersOptionAreKept() throws {
    let yaml =
      "handlers:\n  - {name: a, type: own, chat: 00447700900123, id: 12345678901234567890123, count: 5, share: 0.50}\n"
    let handlers = try folder.load(yaml, customHandlerTypes: ["own"]).settings.handlers
    #expect(
      handlers[0].kind
        == .custom(
          type: "own",
          options: [
            "chat": .text("00447700900123"), "id": .text("12345678901234567890123"), "count": .integer(5),
            "share": .number(0.5),
          ]
        )
    )
  }

  @Test(arguments: [
    "where: {a: }", "where: {a: [[1]]}", "where: {a: {b: 1}}", "events: [a, ]\n    command: [",
  ])
  func nothingAtAllIsNoText(_ line: String) throws {
    #expect(try !folder.problems("handlers:\n  - name: a\n    type: log\n    \(line)\n").isEmpty)
  }
}
