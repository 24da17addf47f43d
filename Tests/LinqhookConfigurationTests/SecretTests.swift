import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// Where secrets come from, and that they go nowhere.
@Suite struct SecretTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func secrets(_ reference: String, _ environment: [String: String] = [:]) throws -> [String] {
    let yaml = "endpoints:\n  - secrets: [\(reference)]\ninbox: {path: /i.db}\n"
    return try folder.load(yaml, environment: environment).settings.endpoints[0].secrets.map {
      $0.text.reveal()
    }
  }

  @Test(arguments: ["\n", "\r\n", "", "\n\n", "\r\n\r\n", "\r"])
  func lineEndsAreTakenOff(_ end: String) throws {
    let secret = "golden-secret-4711"
    let text = secret + end
    try folder.write("secret", text)
    #expect(try secrets("env:A", ["A": text]) == [secret])
    #expect(try secrets("file:secret") == [secret])
    #expect(try secrets("file:\(folder.path)/secret") == [secret])
    #expect(try secrets("credential:secret", ["CREDENTIALS_DIRECTORY": folder.path]) == [secret])
    #expect(try secrets("env:LINQ_WEBHOOK_SECRET", ["LINQ_WEBHOOK_SECRET": text]) == [secret])
    let file = "\(folder.path)/secret"
    #expect(try secrets("env:LINQ_WEBHOOK_SECRET", ["LINQ_WEBHOOK_SECRET_FILE": file]) == [secret])
  }

  private static let new = "golden-secret-of-today"
  private static let old = "golden-secret-of-yesterday"

  @Test func severalSecretsKeepTheirOrder() throws {
    #expect(try secrets("env:NEW, env:OLD", ["NEW": Self.new, "OLD": Self.old]) == [Self.new, Self.old])
  }

  @Test(arguments: [
    "", "\n", "\r\n", "canary\u{0}", "canary\u{7F}", "canary\u{B}canary", "canary\u{2028}canary",
  ])
  func whatCannotBeASecretIsRefused(_ text: String) throws {
    try folder.write("secret", text)
    let error = try configurationError {
      try folder.load(
        "endpoints:\n  - secrets: [file:secret, env:A]\n",
        environment: ["A": text, "HOME": "/"]
      )
    }
    #expect(error.problems.count == 2)
    #expect(!error.description.contains("canary"))
    #expect(error.description.contains("the secret file \(folder.path)/secret"))
    #expect(error.description.contains("the environment variable A"))
  }

  @Test func bothVariablesAtOnceAreRefused() throws {
    let file = try folder.write("secret", Self.new)
    let environment = ["LINQ_WEBHOOK_SECRET": Self.new, "LINQ_WEBHOOK_SECRET_FILE": file, "HOME": "/"]
    #expect(
      try folder.problems("endpoints:\n  - secrets: [a-plain-secret-4711]\n", environment: environment) == [
        "environment LINQ_WEBHOOK_SECRET: is set, and so is LINQ_WEBHOOK_SECRET_FILE. Set one of them."
      ]
    )
  }

  @Test func unsignedEndpointsNeedNoSecretButUseTheOneThereIs() throws {
    let yaml = "endpoints:\n  - allow_unsigned: true\n"
    #expect(try folder.load(yaml, environment: ["HOME": "/"]).settings.endpoints[0].secrets.isEmpty)
    #expect(try folder.load(yaml).settings.endpoints[0].secrets.count == 1)
    #expect(try folder.problems(yaml + "    secrets: [env:NONE]\n").count == 1)
    #expect(try folder.problems(yaml + "    secrets: []\n").isEmpty)
  }

  @Test func aFileThatEveryoneMayReadIsWarnedOf() throws {
    try folder.write("secret", Self.new, mode: 0o644)
    let yaml = "endpoints:\n  - secrets: [file:secret]\n"
    #expect(
      try folder.load(yaml).warnings.map(folder.shorten) == [
        "linqhook.yaml:2: endpoint /webhooks/linq: `secrets` takes its secret from secret, which every user of this machine may read. Run chmod o-r on it."
      ]
    )
    try folder.write("secret", Self.new, mode: 0o640)
    #expect(try folder.load(yaml).warnings.isEmpty)
    let link = "\(folder.path)/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "\(folder.path)/secret")
    #expect(try folder.load("endpoints:\n  - secrets: [file:link]\n").warnings.isEmpty)
  }

  @Test func aFolderOrAHugeFileIsNoSecret() throws {
    try folder.write("huge", [UInt8](repeating: 65, count: 65_537))
    try folder.write("latin", [0x73, 0xE9])
    let error = try configurationError {
      try folder.load("endpoints:\n  - secrets: [file:., file:huge, file:latin]\n")
    }
    #expect(
      error.problems.map { $0.message.components(separatedBy: "which ").last } == [
        "is a folder, not a file.", "is larger than 64KiB.", "is not UTF-8 text. Save it as UTF-8.",
      ]
    )
  }

  /// Every way that came to mind of putting a secret where it does not belong.
  @Test(arguments: [
    "endpoints:\n  - secrets: canary", "endpoints:\n  - secrets: {canary: canary}",
    "endpoints:\n  - secrets: [[canary]]", "endpoints:\n  - secrets: [{env: canary}]",
    "endpoints:\n  - secrets: [env:whsec_canary]", "endpoints:\n  - secrets: [file:whsec_canary]",
    "endpoints:\n  - secrets: [credential:whsec_canary]", "endpoints:\n  - secrets: [\"canary\\ncanary\"]",
    "endpoints:\n  - path: whsec_canary", "endpoints:\n  - tolerance: whsec_canary",
    "endpoints: whsec_canary", "handlers: [whsec_canary]", "whsec_canary: 1", "listen: whsec_canary",
    "admin: {token: [canary]}", "admin: {token: {canary: 1}}", "admin: canary",
    "handlers:\n  - {name: a, type: http, url: 'https://u:canary@h/'}",
    "handlers:\n  - {name: a, type: http, url: 'ftp://h/canary'}",
    "handlers:\n  - {name: a, type: http, url: canary}",
    "handlers:\n  - {name: a, type: http, url: 'https://h/#canary'}",
    "handlers:\n  - {name: a, type: http, url: 'https://h/', secret: [canary]}",
    "handlers:\n  - {name: a, type: http, url: 'https://h/', headers: {Authorization: [canary]}}",
    "handlers:\n  - {name: a, type: http, url: 'https://h/', headers: {Authorization: \"canary\\r\\nX: y\"}}",
    "handlers:\n  - {name: a, type: http, url: 'https://h/', headers: [canary]}",
    "handlers:\n  - {name: a, type: http, url: 'https://h/', headers: canary}",
    "handlers:\n  - {name: a, type: http, url: 'https://h/', headers: {Content-Length: canary}}",
    "handlers:\n  - {name: whsec_canary, type: whsec_canary}",
    "endpoints:\n  - secrets: [canary\n", "endpoints:\n  - secrets: [\"canary]\n",
    "endpoints:\n  - secrets: [@canary]",
    "endpoints:\n  - secrets: [!canary x]", "endpoints:\n  - secrets: [*canary]",
    "endpoints:\n\t- secrets: [canary]",
  ])
  func noProblemHoldsASecret(_ yaml: String) throws {
    let error = try configurationError { try folder.load(yaml) }
    for problem in error.problems + error.warnings {
      #expect(!"\(problem) \(problem.key) \(String(reflecting: problem))".contains("canary"))
    }
  }

  @Test func noSettingsShowASecret() throws {
    let yaml = """
      admin: {token: admin-canary-4711}
      endpoints:
        - secrets: [literal-canary-4711, env:A]
      handlers:
        - {name: a, type: http, url: "https://h/", secret: http-canary-4711, headers: {Authorization: Bearer canary}}
        - {name: b, type: own, api_key: canary, nested: {password: [canary, 424242]}, note: see whsec_canary}
      """
    let environment = ["A": "canary-secret-4711", "HOME": "/"]
    let loaded = try folder.load(yaml, environment: environment, customHandlerTypes: ["own"])
    var shown = SettingsPrinter.yaml(loaded.settings)
    shown += loaded.warnings.map(\.description).joined()
    var settings = loaded.settings
    settings.handlers.removeLast()
    dump(settings, to: &shown)
    shown += "\(settings)" + String(reflecting: settings)
    #expect(!shown.contains("canary"))
    #expect(!shown.contains("424242"))
    #expect(loaded.warnings.count == 4)
  }

  @Test func secretTextComparesWithoutPrinting() {
    let secret = SecretText("canary")
    #expect(secret == SecretText("canary"))
    #expect(secret != SecretText("other"))
    #expect("\(secret)" == "***")
    #expect(String(reflecting: secret) == "***")
    #expect(Mirror(reflecting: secret).children.isEmpty)
  }
}
