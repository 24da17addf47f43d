import Foundation
import LinqhookConfiguration
import TestKit
import Testing

@testable import enum LinqhookConfiguration.YAMLText

/// What is printed can be read, and says the same.
@Suite struct PrinterTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func roundTrip(_ settings: Settings, _ environment: [String: String]) throws -> Settings {
    try folder.load(
      SettingsPrinter.yaml(settings),
      environment: environment,
      customHandlerTypes: ["own"]
    ).settings
  }

  @Test func defaultsComeBackTheSame() throws {
    let environment = TemporaryFolder.environment
    let settings = try folder.load("", environment: environment).settings
    #expect(try roundTrip(settings, environment) == settings)
  }

  @Test func theContractComesBackTheSameButForLiterals() throws {
    let settings = try ContractTests.load()
    let again = try roundTrip(settings, ContractTests.environment)
    #expect(SettingsPrinter.yaml(again) == SettingsPrinter.yaml(settings))
    #expect(again.endpoints == settings.endpoints)
    #expect(again.admin == settings.admin)
    #expect(again.handlers.dropLast() == settings.handlers.dropLast())
    guard case .http(let http)? = again.handlers.last?.kind else {
      Issue.record("not an http handler")
      return
    }
    #expect(http.headers.first?.value.text.reveal() == "***")
  }

  @Test func everythingUnusualComesBackTheSame() throws {
    let yaml = """
      listen: "[::1]:8080"
      admin: {listen: off}
      endpoints:
        - {path: "/a:b,c", secrets: [env:LINQ_WEBHOOK_SECRET], tolerance: 90s, max_body: 1500, schemes: [v3]}
      trusted_proxies: ["::/0"]
      handlers:
        - {name: "null", type: log, events: ["*", "-", "?"], where: {a: "true", b: true, c: null, d: "~", e: 1.5, f: -3}}
        - {name: "5", type: shell, command: [a b, "", "-", "--", "--x", "- y", "#z", "a: b", "ü\\t\\"\\\\ü", "1", "yes"]}
        - {name: f, type: file, path: "/tmp/a b", rotate: {age: 36h, compress: false}, sync: always, mode: 0640}
        - {name: h, type: http, url: "https://a.example/", final: []}
        - {name: o, type: own, deep: {b: [1, {c: d}], a: "0x10"}, text: "5"}
      silence: {after: 500s, command: [x]}
      """
    let settings = try folder.load(yaml, customHandlerTypes: ["own"]).settings
    #expect(try roundTrip(settings, TemporaryFolder.environment) == settings)
  }

  @Test func theSocketsOfUnixAddressesComeBackTheSame() throws {
    let yaml = """
      listen: unix:/run/linqhook/linqhook.sock
      socket: {mode: 0666, group: www-data}
      admin: {listen: "unix:/run/linqhook/admin.sock", socket: {mode: "0640", group: 33}}
      endpoints: [{path: /a, secrets: [env:LINQ_WEBHOOK_SECRET]}]
      """
    let environment = TemporaryFolder.environment
    let settings = try folder.load(yaml, environment: environment).settings
    #expect(settings.socket == SocketSettings(mode: 0o666, group: "www-data"))
    #expect(settings.admin.socket == SocketSettings(mode: 0o640, group: "33"))
    #expect(try roundTrip(settings, environment) == settings)
    let text = SettingsPrinter.yaml(settings)
    #expect(
      text.contains(#"socket: {mode: "0666", group: www-data}"#) || text.contains("{mode: 0666,"),
      "\(text)"
    )
    #expect(try folder.load("", environment: environment).settings.socket == SocketSettings(mode: 0o660))
  }

  @Test func theTextIsTheContractsOrder() throws {
    let text = SettingsPrinter.yaml(try ContractTests.load())
    let keys = text.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
    #expect(
      keys == [
        "listen", "admin", "endpoints", "allow_weak_secrets", "trusted_proxies", "limits", "inbox",
        "quarantine", "shutdown",
        "handlers",
        "log", "silence", "linq",
      ]
    )
    #expect(text.contains("    secrets: [env:LINQ_WEBHOOK_SECRET]\n"))
    #expect(text.contains("    headers: {X-Team: \"***\"}\n"))
    #expect(text.contains("    command: [/usr/local/bin/on-message, --quiet]\n"))
    #expect(text.contains("  dedup: {window: 72h, max_entries: 1000000}\n"))
  }

  /// Texts of every kind of character, from a fixed seed, through printing and reading.
  @Test func anyTextComesBackTheSame() throws {
    var generator = SeededRandom(seed: 20_260_822)
    let alphabet = Array(" \t\n\"'\\:,[]{}#&*!|>%@`-?~=<.0aZü\u{85}\u{2028}\u{1F600}\u{7F}\u{1}")
    for _ in 0..<300 {
      let text = String(
        (0..<Int.random(in: 0...6, using: &generator)).compactMap { _ in
          alphabet.randomElement(using: &generator)
        }
      )
      let yaml =
        "handlers:\n  - {name: a, type: own, note: \(YAMLText.quoted(text)), list: \(YAMLText.flow([text]))}\n"
      let kind = try folder.load(yaml, customHandlerTypes: ["own"]).settings.handlers[0].kind
      #expect(
        kind == .custom(type: "own", options: ["note": .text(text), "list": .list([.text(text)])]),
        "\(yaml)"
      )
    }
  }
}
