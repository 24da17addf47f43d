import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// What others could change is not obeyed, and who is trusted too far is said.
@Suite struct TrustTests {
  let folder: TemporaryFolder
  private static let isRoot = FileManager.default.isWritableFile(atPath: "/etc/shadow")
  private let secret = "golden-secret-4711"

  init() throws {
    folder = try TemporaryFolder()
  }

  private func set(_ name: String, mode: Int? = nil, owner: Int? = nil) throws {
    var attributes: [FileAttributeKey: Any] = [:]
    if let mode { attributes[.posixPermissions] = mode }
    if let owner { attributes[.ownerAccountID] = owner }
    try FileManager.default.setAttributes(attributes, ofItemAtPath: "\(folder.path)/\(name)")
  }

  private func loaded(_ file: String = "linqhook.yaml", isCheck: Bool = false) throws -> LoadedSettings {
    try SettingsLoader.load(
      file: "\(folder.path)/\(file)",
      environment: TemporaryFolder.environment.merging(
        ["PATH": "\(folder.path)/bin:/usr/bin:/bin"],
        uniquingKeysWith: { $1 }
      ),
      isCheck: isCheck
    )
  }

  @Test func aConfigurationThatOthersMayWriteIsRefused() throws {
    try folder.write("linqhook.yaml", "", mode: 0o646)
    let error = try configurationError { try loaded() }
    #expect(error.problems.count == 1)
    #expect(error.description.contains("linqhook.yaml: the configuration file "))
    #expect(error.description.contains("may be written by every user of this machine. Run chmod o-w on "))
    try set("linqhook.yaml", mode: 0o644)
    #expect(try loaded().warnings.isEmpty)
    #expect(
      try SettingsLoader.inboxPath(file: "\(folder.path)/linqhook.yaml", environment: ["HOME": "/h"])
        .hasPrefix("/h")
    )
  }

  @Test func aFolderThatOthersMayWriteIsRefusedForAllThatLiesInIt() throws {
    try folder.write(
      "open/linqhook.yaml",
      "endpoints:\n  - secrets: [file:secret]\nhandlers:\n  - {name: a, type: shell, command: [./hook]}\n"
    )
    try folder.write("open/secret", secret)
    try folder.write("open/hook", "#!/bin/sh\n", mode: 0o755)
    try set("open", mode: 0o777)
    let error = try configurationError { try loaded("open/linqhook.yaml") }
    #expect(error.problems.count == 3)
    #expect(
      error.problems.allSatisfy {
        $0.message.contains("is reached through \(folder.path)/open, which may be written")
      }
    )
    try set("open", mode: 0o1777)
    #expect(try loaded("open/linqhook.yaml").warnings.isEmpty)
  }

  @Test func aSecretFileThatOthersMayWriteIsRefused() throws {
    try folder.write("secret", secret, mode: 0o602)
    #expect(
      try folder.problems("endpoints:\n  - secrets: [file:secret]\n") == [
        "linqhook.yaml:2: endpoint /webhooks/linq: `secrets` needs a secret file that others could change: secret may be written by every user of this machine. Run chmod o-w on secret."
      ]
    )
  }

  @Test(arguments: ["[./hook]", "[hook]", "[sh, ./hook]", "[/bin/sh, -u, hook]"])
  func aHookThatOthersMayWriteIsRefused(_ command: String) throws {
    try folder.write("bin/hook", "#!/bin/sh\n", mode: 0o757)
    try folder.write("hook", "#!/bin/sh\n", mode: 0o757)
    try folder.write(
      "linqhook.yaml",
      """
      handlers:
        - name: a
          type: shell
          working_directory: .
          command: \(command)
      """
    )
    let error = try configurationError { try loaded() }
    #expect(error.problems.count == 1)
    #expect(
      error.description.contains(
        "linqhook.yaml:5: handler a: `command` names a program that others could change: "
      )
    )
    try set("bin/hook", mode: 0o755)
    try set("hook", mode: 0o755)
    #expect(try loaded().warnings.isEmpty)
  }

  @Test func theProgramOfSilenceAndAWorkersScriptCountToo() throws {
    try folder.write("alarm", "", mode: 0o757)
    try folder.write("worker.py", "", mode: 0o602)
    let yaml = """
      silence: {after: 30m, command: [./alarm]}
      handlers:
        - {name: a, type: worker, command: [python3, -u, \(folder.path)/worker.py]}
        - {name: b, type: worker, command: [python3, -c, \(folder.path)/worker.py]}
      """
    #expect(try folder.problems(yaml).map { $0.prefix(16) } == ["linqhook.yaml:1:", "linqhook.yaml:3:"])
  }

  @Test(.enabled(if: isRoot)) func whatBelongsToAnotherUserIsRefusedAndOnlyMentionedToRootsCheck() throws {
    try folder.write("linqhook.yaml", "endpoints:\n  - secrets: [file:secret]\n")
    try folder.write("secret", secret)
    try set("secret", owner: 65_534)
    let error = try configurationError { try loaded() }
    #expect(error.description.contains("belongs to nobody, who is neither this user nor root."))
    let warnings = try loaded(isCheck: true).warnings
    #expect(warnings.count == 1)
    #expect(warnings.first?.message.contains("belongs to nobody") == true)
  }

  @Test(.enabled(if: isRoot)) func rootsCheckSaysWhatTheServiceCannotRead() throws {
    try folder.write("linqhook.yaml", "endpoints:\n  - secrets: [file:secret]\n", mode: 0o640)
    try folder.write("secret", secret)
    #expect(try loaded(isCheck: true).warnings.isEmpty)
    try FileManager.default.setAttributes(
      [.groupOwnerAccountID: 1],
      ofItemAtPath: "\(folder.path)/linqhook.yaml"
    )
    #expect(try loaded(isCheck: true).warnings.first?.message.contains("chmod 640") == true)
    #expect(try loaded().warnings.isEmpty)
    try FileManager.default.setAttributes(
      [.groupOwnerAccountID: 1, .posixPermissions: 0o640],
      ofItemAtPath: "\(folder.path)/secret"
    )
    #expect(try loaded(isCheck: true).warnings.isEmpty)
  }

  @Test(arguments: ["LINQ_WEBHOOK_SECRET", "OTHER_SECRET", "SAME_VALUE", "TARGET", "AUTHORIZATION"])
  func aVariableWithASecretIsNotHandedToAHook(_ name: String) throws {
    let yaml = """
      handlers:
        - {name: a, type: shell, command: [/bin/true], environment: [PATH, \(name)]}
        - {name: b, type: http, url: "https://h/", secret: env:TARGET, headers: {Authorization: env:AUTHORIZATION}}
      endpoints:
        - secrets: [env:OTHER_SECRET]
      """
    let environment = [
      "LINQ_WEBHOOK_SECRET": "golden-secret-1111", "OTHER_SECRET": "golden-secret-2222",
      "TARGET": "golden-secret-3333",
      "SAME_VALUE": "golden-secret-2222", "AUTHORIZATION": "Bearer golden", "HOME": "/",
    ]
    let problems = try folder.problems(yaml, environment: environment)
    #expect(problems.map { $0.prefix(43) } == ["linqhook.yaml:2: handler a: `environment` w"])
    #expect(problems.first?.contains(name) == true)
    #expect(
      try folder.problems(yaml.replacing(", \(name)]", with: ", HOME]"), environment: environment).isEmpty
    )
  }

  @Test func unsignedRequestsAndProxiesDoNotGoTogether() throws {
    let yaml = "endpoints:\n  - allow_unsigned: true\n"
    #expect(try folder.load(yaml).warnings.first?.message.contains("events that nobody signed") == true)
    #expect(
      try folder.problems("trusted_proxies: [127.0.0.1]\n" + yaml).first?.contains(
        "while there are `trusted_proxies`"
      ) == true
    )
    #expect(try folder.problems("trusted_proxies: []\n" + yaml).isEmpty)
  }

  @Test(arguments: ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "2000::/3", "::ffff:0:0/96"])
  func proxiesThatAreNearlyEverybodyAreWarnedOf(_ range: String) throws {
    #expect(
      try folder.load("trusted_proxies: ['\(range)']\n").warnings.first?.message.contains("nearly everybody")
        == true
    )
  }

  @Test(arguments: ["10.0.0.0/8", "fd00::/16", "127.0.0.1", "::1", "::ffff:10.0.0.0/104"])
  func proxiesOfOnesOwnAreNot(_ range: String) throws {
    #expect(try folder.load("trusted_proxies: ['\(range)']\n").warnings.isEmpty)
  }
}
