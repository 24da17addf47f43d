import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// Flag, environment, file, default: who wins, and who is named when something is wrong.
@Suite struct LayersTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func load(
    _ environment: [String: String],
    overrides: SettingsOverrides = SettingsOverrides()
  ) throws -> LoadedSettings {
    try SettingsLoader.load(
      environment: environment,
      overrides: overrides,
      systemFile: "\(folder.path)/system.yaml"
    )
  }

  private func lines(_ environment: [String: String], overrides: SettingsOverrides = SettingsOverrides())
    throws
    -> [String]
  {
    try configurationError { try load(environment, overrides: overrides) }.problems.map(folder.shorten)
  }

  @Test func aSecretInTheEnvironmentIsEnough() throws {
    let loaded = try load(TemporaryFolder.environment)
    #expect(loaded.sourcePath == nil)
    #expect(loaded.warnings.isEmpty)
    #expect(loaded.settings.endpoints.map(\.path) == ["/webhooks/linq"])
    #expect(loaded.settings.endpoints.first?.secrets.map { $0.text.reveal() } == ["golden-secret-4711"])
    #expect(loaded.settings.handlers == [HandlerSettings(name: "log", kind: .log(LogHandlerSettings()))])
    #expect(loaded.settings.inbox.path == "/home/linq/.local/state/linqhook/inbox.db")
  }

  @Test func withoutASecretTheVariableIsNamed() throws {
    let advice =
      "Set it to the signing secret that Linq showed when the subscription was made, or LINQ_WEBHOOK_SECRET_FILE to a file that holds it."
    #expect(
      try lines(["HOME": "/home/linq"]) == [
        "environment LINQ_WEBHOOK_SECRET: endpoint /webhooks/linq needs the environment variable LINQ_WEBHOOK_SECRET, which is not set. \(advice)"
      ]
    )
    #expect(
      try folder.problems("endpoints:\n  - path: /linq\n", environment: ["HOME": "/"]) == [
        "linqhook.yaml:2: endpoint /linq: `secrets` needs the environment variable LINQ_WEBHOOK_SECRET, which is not set. \(advice)"
      ]
    )
  }

  @Test func flagWinsOverEnvironmentOverFileOverDefault() throws {
    let yaml = "listen: 127.0.0.1:3\nadmin: {listen: 127.0.0.1:4}\nlog: {level: error, format: json}\n"
    var environment = TemporaryFolder.environment
    var overrides = SettingsOverrides()
    func settings(_ yaml: String) throws -> Settings {
      try folder.load(yaml, environment: environment, overrides: overrides).settings
    }
    #expect(try settings("").listen == .tcp(host: "127.0.0.1", port: 8080))
    #expect(try settings("").log == LogSettings(level: .info, format: .text))
    #expect(try settings(yaml).listen == .tcp(host: "127.0.0.1", port: 3))
    #expect(try settings(yaml).admin.listen == .tcp(host: "127.0.0.1", port: 4))
    #expect(try settings(yaml).log == LogSettings(level: .error, format: .json))
    environment["LINQHOOK_LISTEN"] = "[::1]:2"
    environment["LINQHOOK_ADMIN_LISTEN"] = "off"
    environment["LINQHOOK_LOG_LEVEL"] = "debug"
    environment["LINQHOOK_LOG_FORMAT"] = "text"
    environment["LINQHOOK_INBOX_PATH"] = "/srv/inbox.db"
    #expect(try settings(yaml + "inbox: {path: /else.db}").inbox.path == "/srv/inbox.db")
    #expect(try settings(yaml).listen == .tcp(host: "::1", port: 2))
    #expect(try settings(yaml).admin.listen == nil)
    #expect(try settings(yaml).log == LogSettings(level: .debug, format: .text))
    overrides = SettingsOverrides(listen: "localhost:0", logLevel: "trace", logFormat: "json")
    #expect(try settings(yaml).listen == .tcp(host: "localhost", port: 0))
    #expect(try settings(yaml).log == LogSettings(level: .trace, format: .json))
  }

  @Test func aMistakeIsToldWithItsVariableOrFlag() throws {
    var environment = TemporaryFolder.environment
    environment["LINQHOOK_LISTEN"] = "8080"
    environment["LINQHOOK_ADMIN_LISTEN"] = "systemd"
    environment["LINQHOOK_INBOX_PATH"] = "~/inbox.db"
    environment["LINQHOOK_LOG_LEVEL"] = "loud"
    #expect(
      try lines(environment, overrides: SettingsOverrides(listen: ":9000", logFormat: "jsn")) == [
        "--listen: names no host. Write 127.0.0.1:9000 for this machine, 0.0.0.0:9000 for every address.",
        "environment LINQHOOK_LISTEN: must be host:port, [::1]:port, unix:/path or systemd, as in 127.0.0.1:8080, not `8080`.",
        "environment LINQHOOK_ADMIN_LISTEN: must be host:port, [::1]:port, unix:/path or off, not `systemd`.",
        "environment LINQHOOK_INBOX_PATH: begins with `~`, which only a shell expands. Write the whole path.",
        "environment LINQHOOK_LOG_LEVEL: must be one of trace, debug, info, notice, warning, error or critical, not `loud`.",
        "--log-format: must be text or json, not `jsn`. Did you mean `json`?",
      ]
    )
  }

  @Test func aConflictIsBlamedOnWhoMadeIt() throws {
    let environment = TemporaryFolder.environment
    let conflict =
      "`listen` is 127.0.0.1:9464 and `admin.listen` is 127.0.0.1:9464, which cannot both be used. Change one port, or write off for `admin.listen`."
    #expect(
      try lines(environment.merging(["LINQHOOK_LISTEN": "127.0.0.1:9464"], uniquingKeysWith: { $1 })) == [
        "environment LINQHOOK_LISTEN: \(conflict)"
      ]
    )
    #expect(
      try lines(environment, overrides: SettingsOverrides(listen: "127.0.0.1:9464")) == [
        "--listen: \(conflict)"
      ]
    )
    let sockets = environment.merging(
      ["LINQHOOK_LISTEN": "unix:/run/a", "LINQHOOK_ADMIN_LISTEN": "unix:/run/a"],
      uniquingKeysWith: { $1 }
    )
    #expect(try lines(sockets).count == 1)
    #expect(throws: Never.self) {
      _ = try load(environment.merging(["LINQHOOK_LISTEN": "127.0.0.2:9464"], uniquingKeysWith: { $1 }))
      _ = try load(environment, overrides: SettingsOverrides(listen: "127.0.0.1:0"))
    }
  }

  @Test func theFileIsTheFlagsElseTheVariablesElseTheSystems() throws {
    var environment = TemporaryFolder.environment
    try folder.write("system.yaml", "log: {level: error}")
    #expect(try load(environment).settings.log.level == .error)
    #expect(try load(environment).sourcePath == "\(folder.path)/system.yaml")
    environment["LINQHOOK_CONFIG"] = try folder.write("variable.yaml", "log: {level: notice}")
    #expect(try load(environment).settings.log.level == .notice)
    #expect(try folder.load("log: {level: debug}", environment: environment).settings.log.level == .debug)
    environment["LINQHOOK_CONFIG"] = "\(folder.path)/missing.yaml"
    #expect(try lines(environment) == ["missing.yaml: this configuration file does not exist."])
    environment["LINQHOOK_CONFIG"] = ""
    #expect(try load(environment).settings.log.level == .error)
  }

  @Test func theInboxLiesWhereTheSystemKeepsState() throws {
    func path(_ variables: [String: String]) throws -> String {
      try load(variables.merging(["LINQ_WEBHOOK_SECRET": "golden-secret-4711"], uniquingKeysWith: { $1 }))
        .settings.inbox.path
    }
    let all = [
      "STATE_DIRECTORY": "/var/lib/linqhook:/var/lib/x", "XDG_STATE_HOME": "/xdg", "HOME": "/home/linq",
    ]
    #expect(try path(all) == "/var/lib/linqhook/inbox.db")
    #expect(try path(all.filter { $0.key != "STATE_DIRECTORY" }) == "/xdg/linqhook/inbox.db")
    #expect(
      try path(["XDG_STATE_HOME": "relative", "HOME": "/home/linq"])
        == "/home/linq/.local/state/linqhook/inbox.db"
    )
    #expect(
      try lines(["LINQ_WEBHOOK_SECRET": "golden-secret-4711"]) == [
        "environment HOME: is not set, so the inbox has no default place. Set `inbox.path`, LINQHOOK_INBOX_PATH or STATE_DIRECTORY."
      ]
    )
  }

  @Test func relativePathsStartFromTheFileAndNotFromHere() throws {
    let yaml = """
      listen: unix:run/linqhook.sock
      inbox: {path: ../state/./inbox.db}
      handlers:
        - {name: a, type: file, path: events.ndjson}
        - {name: b, type: shell, command: [hooks/on-message, hooks/x], working_directory: .}
        - {name: c, type: shell, command: [on-message]}
      """
    let settings = try folder.load(yaml).settings
    let parent = URL(fileURLWithPath: folder.path).deletingLastPathComponent().path
    #expect(settings.listen == .unix(path: "\(folder.path)/run/linqhook.sock"))
    #expect(settings.inbox.path == "\(parent)/state/inbox.db")
    #expect(settings.handlers[0].kind == .file(FileHandlerSettings(path: "\(folder.path)/events.ndjson")))
    let program = ProgramSettings(
      command: ["\(folder.path)/hooks/on-message", "hooks/x"],
      workingDirectory: folder.path
    )
    #expect(settings.handlers[1].kind == .shell(ShellHandlerSettings(program: program)))
    #expect(
      settings.handlers[2].kind
        == .shell(ShellHandlerSettings(program: ProgramSettings(command: ["on-message"])))
    )
  }

  @Test func aVariableThatIsNearlyOursIsNamed() throws {
    let environment = TemporaryFolder.environment.merging(
      ["LINQHOOK_LISTNE": "x", "LINQHOOK_SERVICE_HOST": "10.0.0.1"],
      uniquingKeysWith: { $1 }
    )
    #expect(
      try load(environment).warnings.map(\.description) == [
        "environment LINQHOOK_LISTNE: means nothing to linqhook; did you mean LINQHOOK_LISTEN?"
      ]
    )
  }
}
