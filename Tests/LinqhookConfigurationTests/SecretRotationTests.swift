import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// Several secrets in one file, and what a reload can take anew.
@Suite struct SecretRotationTests {
  let folder: TemporaryFolder
  private let yaml = "endpoints:\n  - secrets: [file:secrets]\n"
  private let today = "golden-secret-of-today"
  private let yesterday = "golden-secret-of-yesterday"

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func aFileHoldsSeveralOneALine(_ end: String) throws {
    let lines = ["# new since Monday", today, "", "  # the old one", yesterday, "\t"]
    try folder.write("secrets", lines.joined(separator: end))
    #expect(
      try folder.load(yaml).settings.endpoints[0].secrets.map { $0.text.reveal() } == [today, yesterday]
    )
  }

  @Test func aLineWithASlipIsNamed() throws {
    try folder.write("secrets", "# canary\n\(today)\n canary-canary-canary\n")
    let problem = try #require(try folder.problems(yaml).first)
    #expect(problem.contains("line 3 of the secret file secrets"))
    #expect(!problem.contains("canary"))
  }

  @Test(arguments: ["# only a comment\n", "\n\n", "", "  \n"])
  func aFileWithoutASecretIsRefused(_ text: String) throws {
    try folder.write("secrets", text)
    #expect(
      try folder.problems(yaml).first?.contains("must not be empty, as the secret file secrets is") == true
    )
  }

  @Test func whereOneSecretIsWantedSeveralAreRefused() throws {
    try folder.write("secrets", "\(today)\n\(yesterday)\n")
    #expect(
      try folder.problems("admin: {token: file:secrets}\n") == [
        "linqhook.yaml:1: admin: `token` takes one secret, but file:secrets holds 2. Keep one."
      ]
    )
  }

  @Test func severalSecretsOfOneFilePrintAsOneReference() throws {
    try folder.write("secrets", "\(today)\n\(yesterday)\n")
    let settings = try folder.load(yaml).settings
    #expect(SettingsPrinter.yaml(settings).contains("secrets: [file:\(folder.path)/secrets]\n"))
    #expect(try folder.load(SettingsPrinter.yaml(settings)).settings == settings)
  }

  @Test func aReloadKnowsWhichSecretsItCannotHaveTakenAnew() throws {
    try folder.write("secrets", today)
    try folder.write("credential", today)
    let yaml = """
      endpoints:
        - secrets: [file:secrets, credential:credential, env:A]
      admin: {token: env:TOKEN}
      handlers:
        - {name: a, type: http, url: "https://h/", secret: credential:credential, headers: {X-A: env:A, X-B: literal}}
      """
    let environment = [
      "CREDENTIALS_DIRECTORY": folder.path, "A": yesterday, "TOKEN": "golden-token-4711", "HOME": "/",
    ]
    let running = try folder.load(yaml, environment: environment).settings
    #expect(running.secretsThatLast(from: running) == ["credential:credential", "env:A", "env:TOKEN"])
    try folder.write("credential", yesterday)
    let changed = try folder.load(yaml, environment: environment).settings
    #expect(changed.secretsThatLast(from: running) == ["env:A", "env:TOKEN"])
  }

  @Test func aCheckOutsideOfTheServiceSaysWhatItCannotSee() throws {
    let yaml = "endpoints:\n  - secrets: [credential:webhook-secret]\ninbox: {path: /i.db}\n"
    let file = try folder.write("linqhook.yaml", yaml)
    let loaded = try SettingsLoader.load(file: file, environment: [:], isCheck: true)
    #expect(loaded.notes.count == 1)
    #expect(loaded.notes.first?.description.hasPrefix("\(file):2: ") == true)
    #expect(
      loaded.notes.first?.message.contains("CREDENTIALS_DIRECTORY=/etc/linqhook linqhook check") == true
    )
    #expect(SettingsPrinter.yaml(loaded.settings).contains("secrets: [credential:webhook-secret]"))
    let start = try configurationError { try SettingsLoader.load(file: file, environment: [:]) }
    #expect(start.description.contains("add LoadCredential=webhook-secret:/path to the unit"))
    // Under a unit that has credentials, but not this one, a check is as strict as a start.
    let under = try configurationError {
      try SettingsLoader.load(file: file, environment: ["CREDENTIALS_DIRECTORY": folder.path], isCheck: true)
    }
    #expect(under.description.contains("does not exist"))
  }
}
