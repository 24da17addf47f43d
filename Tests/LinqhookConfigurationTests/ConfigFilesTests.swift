import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// The files under config/ say what the program does.
@Suite struct ConfigFilesTests {
  private let config = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("config")

  private func text(_ name: String) throws -> String {
    try String(contentsOf: config.appendingPathComponent(name), encoding: .utf8)
  }

  /// With the settings that are off turned on: a # at the start of a line, and no blank or two behind it.
  private func uncommented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map {
        $0.hasPrefix("#  ") || ($0.hasPrefix("#") && $0.dropFirst().first?.isLetter == true)
          ? $0.dropFirst() : $0
      }
      .joined(separator: "\n")
  }

  private let environment = [
    "HOME": "/home/linq", "LINQ_WEBHOOK_SECRET": "golden-secret-4711",
    "LINQHOOK_ADMIN_TOKEN": "golden-token-4711",
    "CRM_SECRET": "golden-target-4711",
    "CRM_AUTHORIZATION": "a",
  ]

  @Test func theCommentedFileIsTheDefaults() throws {
    let loaded = try TemporaryFolder().load(try text("linqhook.yaml"), environment: environment)
    #expect(loaded.warnings.isEmpty)
    #expect(loaded.settings == (try TemporaryFolder().load("", environment: environment).settings))
  }

  @Test func theCommentedFileHasEveryKey() throws {
    let text = uncommented(try text("linqhook.yaml"))
    let loaded = try TemporaryFolder().load(text, environment: environment)
    #expect(loaded.warnings.isEmpty)
    #expect(
      Set(loaded.settings.handlers.map(\.kind.typeName)) == [
        "log", "file", "shell", "worker", "http", "media",
      ]
    )
    let printed = SettingsPrinter.yaml(loaded.settings)
    let keys = Set(printed.matches(of: /([a-z][a-z_0-9]*):(?:\s|$)/).map { String($0.output.1) })
    #expect(
      keys.isSuperset(of: ["token", "where", "age", "ca_file", "window", "silence", "working_directory"])
    )
    for key in keys {
      #expect(text.contains("\(key):"), "\(key) is not in config/linqhook.yaml")
    }
  }

  @Test func theLocalFileKeepsEverythingInOneFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write(".linqhook/secret", "golden-secret-4711\n")
    try folder.write(".linqhook/admin-token", "golden-token-0815-long\n")
    let file = try folder.write("config/linqhook.local.yaml", try text("linqhook.local.yaml"))
    let hook = try text("hooks/on-message")
    try folder.write("config/hooks/on-message", hook, mode: 0o755)
    let loaded = try SettingsLoader.load(file: file, environment: [:])
    #expect(loaded.warnings.isEmpty)
    #expect(loaded.settings.inbox.path == "\(folder.path)/.linqhook/inbox.db")
    #expect(loaded.settings.handlers.map(\.name) == ["log", "archive", "reply"])
    #expect(CommandCheck.problems(in: loaded.settings, environment: [:]).isEmpty)
  }

  @Test func theExampleHookWritesOneLineWhateverComes() throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = config.appendingPathComponent("hooks/on-message")
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = [
      "PATH": "/usr/bin:/bin", "LINQ_EVENT_ID": "$(touch broken)`touch broken`\"'; touch broken",
      "LINQ_FROM": "a\nb %s",
    ]
    let input = Pipe()
    process.standardInput = input
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("{\"a\":1}".utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let log = try String(contentsOfFile: "\(folder.path)/hook.log", encoding: .utf8)
    #expect(
      log.hasSuffix(
        "event=$(touch broken)`touch broken`\"'; touch broken type= chat= from=ab %s attempt= bytes=7\n"
      )
    )
    #expect(log.count(where: \.isNewline) == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["hook.log"])
  }
}
