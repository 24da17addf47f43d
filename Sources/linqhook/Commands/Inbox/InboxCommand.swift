import ArgumentParser
import LinqEvents
import LinqhookConfiguration
import LinqhookDaemon
import ShownText

/// `linqhook inbox`: the store as a whole.
struct InboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inbox",
    abstract: "Copies the store, restores a copy, and checks whether the store is sound.",
    discussion: """
      Example:
        linqhook inbox backup /var/backups/inbox.db
      """,
    subcommands: [BackupCommand.self, RestoreCommand.self, CheckInboxCommand.self]
  )
}

/// `linqhook inbox backup`.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copies the store of a running or stopped receiver into one file.",
    discussion: """
      The copy is whole as of one moment, synced, and readable for this user alone. It appears under its name when it
      is complete. The receiver goes on accepting events meanwhile. Unfinished copies that interrupted backups have left
      in the folder of FILE are removed.

      Example:
        linqhook inbox backup /var/backups/inbox-$(date +%F).db
      """
  )

  @OptionGroup var options: OperatorOptions

  @Flag(help: "Replace the file if there is one.")
  var force = false

  @Argument(help: "The file to make.", completion: .file())
  var file: String

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let (store, isRunning) = try await options.store()
      let copy = try withDaemonError { () throws(DaemonError) in
        try store.backUp(to: file, replaces: force, isRunning: isRunning)
      }
      if options.json { return try Terminal.print(copy) }
      try FactList.print([
        ("file", copy.cell("file")), ("events", copy.cell("events")),
        ("last sequence", copy.cell("last_sequence")), ("bytes", copy.cell("bytes")),
      ])
    }
  }
}

/// `linqhook inbox restore`.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Replaces the store of a stopped receiver by a copy.",
    discussion: """
      The copy is checked page by page first. The files in its place are renamed with the date, never
      deleted, and the acknowledged events that the copy does not have are printed. Their sequence numbers are not used
      again. Their ids are not remembered, so such an event is accepted again if Linq repeats it.

      Example:
        systemctl stop linqhook.socket linqhook
        linqhook inbox restore /var/backups/inbox.db
      """
  )

  @OptionGroup var options: OperatorOptions

  @Argument(help: "A file that `linqhook inbox backup` made.", completion: .file())
  var file: String

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let (store, isRunning) = try await options.store(mayBeMissing: true)
      guard !isRunning else {
        throw CommandFailure(
          .unavailable,
          "A receiver runs on this inbox; stop it, then restore, then start it again."
        )
      }
      let restored = try withDaemonError { () throws(DaemonError) in try store.restore(from: file) }
      if options.json { return try Terminal.print(restored) }
      try Self.print(restored)
    }
  }

  private static func print(_ restored: JSONValue) throws(CommandFailure) {
    let lost = restored[member: "lost"]
    let missing = lost.map { lost in
      "\(lost.cell("count") ?? "?") events that were acknowledged are not in the copy: "
        + "\(lost.cell("first_sequence") ?? "?") to \(lost.cell("last_sequence") ?? "?")"
    }
    try FactList.print([
      ("inbox", restored.cell("inbox")), ("events", restored.cell("events")),
      ("last sequence", restored.cell("last_sequence")), ("copied at", restored.cell("copied_at")),
      ("lost", missing ?? "nothing that was acknowledged"),
    ])
    for path in restored.list("put_aside") { try Terminal.print("renamed  \(path.string ?? "")") }
    for remark in restored.list("remarks") { Terminal.say(remark.string ?? "") }
  }
}

/// `linqhook inbox check`.
struct CheckInboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks whether the store is sound: its files, every page, and the acknowledged events.",
    discussion: """
      Reads the whole store and changes nothing; a receiver that runs goes on. Exit status 0 if all is sound, 1 if not.

      Example:
        linqhook inbox check --json
      """
  )

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let (store, isRunning) = try await options.store()
      let report = try withDaemonError { () throws(DaemonError) in try store.check(isRunning: isRunning) }
      let isSound = report.isTrue("sound")
      if options.json {
        try Terminal.print(report)
      } else {
        for check in report.list("checks") {
          let mark = check.isTrue("sound") ? "+" : "-"
          try Terminal.print(
            Shown.line("[\(mark)] \(check.cell("name") ?? ""): \(check.cell("detail") ?? "")")
          )
        }
      }
      guard isSound else { throw CommandFailure(.notReady, "The inbox is not sound.") }
    }
  }
}

extension OperatorOptions {
  /// The store of the configuration, and whether a receiver has it open.
  fileprivate func store(
    mayBeMissing: Bool = false
  ) async throws(CommandFailure) -> (store: StoreOperations, isRunning: Bool) {
    let settings = try configuration.storeSettings()
    let isRunning = try await OperatorChannel.isReceiverRunning(
      inboxPath: settings.inbox.path,
      mayBeMissing: mayBeMissing
    )
    return (StoreOperations(settings), isRunning)
  }
}

private func withDaemonError<Result>(
  _ body: () throws(DaemonError) -> Result
) throws(CommandFailure) -> Result {
  do throws(DaemonError) { return try body() } catch { throw CommandFailure(error) }
}
