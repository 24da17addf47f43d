import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// Where the inbox is can be found out by who has not the rest of the configuration.
@Suite struct InboxPathTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func path(_ yaml: String, _ environment: [String: String] = [:]) throws -> String {
    try folder.write("linqhook.yaml", yaml)
    return try SettingsLoader.inboxPath(file: "\(folder.path)/linqhook.yaml", environment: environment)
  }

  @Test func neitherSecretsNorOtherProblemsMatter() throws {
    let yaml = "endpoints: [{secrets: [env:NOT_SET]}]\nhandlers: 7\ninbox: {path: /var/i.db}\n"
    #expect(try path(yaml) == "/var/i.db")
  }

  @Test func whatTheStoreNeedsIsFoundWithoutSecrets() throws {
    let file = try folder.write(
      "linqhook.yaml",
      """
      listen: nowhere
      endpoints: [{secrets: [credential:missing]}]
      inbox: {path: /var/i.db, retention: 1h}
      quarantine: {max_entries: 7}
      handlers:
        - {name: crm, type: http, url: 'https://crm/', secret: env:NOT_SET, headers: {Key: file:/no}, order: none}
        - {name: hook, type: shell, command: [/bin/true], events: [a]}
      """
    )
    let settings = try SettingsLoader.storeSettings(file: file, environment: [:])
    #expect(settings.inbox == InboxSettings(path: "/var/i.db", retention: .seconds(3600)))
    #expect(settings.quarantine.maxEntries == 7)
    #expect(settings.handlers.map(\.name) == ["crm", "hook"])
    #expect(settings.handlers.map(\.order) == [.none, .chat])
    #expect(settings.handlers.map(\.events) == [["*"], ["a"]])
  }

  @Test(arguments: ["handlres: []\n", "handlers: [{name: a, type: lgo}]\n", "quarantine: 7\n"])
  func problemsOfWhatTheStoreNeedsAreSaid(_ yaml: String) throws {
    let file = try folder.write("linqhook.yaml", "inbox: {path: /var/i.db}\n\(yaml)")
    #expect(throws: ConfigurationError.self) {
      try SettingsLoader.storeSettings(file: file, environment: [:])
    }
  }

  @Test func theEnvironmentGoesFirstAndRelativePathsStartFromTheFile() throws {
    #expect(try path("inbox: {path: i.db}\n") == "\(folder.path)/i.db")
    #expect(try path("inbox: {path: /a.db}\n", ["LINQHOOK_INBOX_PATH": "/b.db"]) == "/b.db")
    #expect(try path("{}\n", ["HOME": "/home/ada"]) == "/home/ada/.local/state/linqhook/inbox.db")
  }

  @Test(arguments: ["inbox: {path: 7e, nonsense: 1}\n", "inbox: [\n"])
  func problemsOfTheInboxAreSaid(_ yaml: String) throws {
    #expect(throws: ConfigurationError.self) { try path(yaml) }
  }

  @Test(arguments: [("90s", 90.0), ("2h", 7200), ("500ms", 0.5), ("7d", 604_800)])
  func durationsAreReadAsInTheFile(_ text: String, _ seconds: Double) {
    #expect(Duration(configurationText: text) == .seconds(seconds))
  }

  @Test(arguments: ["", "2", "h", "2 h", "-2h", "1.5h", "2026-02-05T19:30:00Z"])
  func otherTextIsNoDuration(_ text: String) {
    #expect(Duration(configurationText: text) == nil)
  }
}
