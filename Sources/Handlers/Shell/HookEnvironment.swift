// What a hook finds in its environment: the names that the configuration lists, as the daemon has them, and
// what linqhook says about the event. Everything else of the daemon's environment stays with the daemon.
//
// A variable that the event has no value for is not set. Neither is one whose value holds a control character
// or is longer than the kernel takes well: a script cannot be misled by what is not there.

internal import ChildProcesses
internal import LinqEvents
internal import LinqhookDelivery
internal import LinqhookInbox
internal import Logging

struct HookEnvironment: Sendable {
  /// What tells one run's processes from all others.
  static let markers: Set = ["LINQ_EVENT_ID", "LINQ_HANDLER", "LINQ_ATTEMPT"]

  /// Where programs are looked for when PATH is listed but the daemon has none.
  static let pathDefault = "/usr/local/bin:/usr/bin:/bin"
  private static let maxValueBytes = 16_384

  private static let refusedPrefixes = ["LD_", "BASH_FUNC_", "LINQ_", "LINQHOOK_", "WATCHDOG_", "LISTEN_"]
  private static let refusedExactly: Set = [
    "BASH_ENV", "ENV", "IFS", "PS4", "SHELLOPTS", "BASHOPTS", "PROMPT_COMMAND", "GCONV_PATH", "NOTIFY_SOCKET",
    "CREDENTIALS_DIRECTORY", "INVOCATION_ID", "JOURNAL_STREAM", "MAINPID",
  ]

  /// What every run gets.
  let base: [String: String]
  /// Listed names that are never passed on: they change how programs are loaded, carry a secret, or belong to
  /// the service manager's talk with the daemon.
  let refused: [String]
  /// Where the daemon itself would look for a program.
  let searchPath: String?
  private let handler: String

  init(handler: String, listed: [String], daemon: [String: String]) {
    self.handler = handler
    searchPath = daemon["PATH"]
    refused = listed.filter(Self.isRefused)
    base = listed.reduce(into: [:]) { result, name in
      guard !Self.isRefused(name) else { return }
      switch name {
      case "PATH": result[name] = daemon[name] ?? Self.pathDefault
      case "HOME": result[name] = daemon[name] ?? "/"
      default: result[name] = daemon[name]
      }
    }
  }

  /// The environment of one run.
  func variables(for attempt: DeliveryAttempt) -> [String: String] {
    let envelope = attempt.event.envelope
    let message = attempt.message
    let fields: [(String, String?)] = [
      ("LINQ_EVENT_ID", attempt.event.eventID),
      ("LINQ_EVENT_TYPE", envelope.eventType),
      ("LINQ_API_VERSION", envelope.apiVersion),
      ("LINQ_CREATED_AT", envelope.createdAt),
      ("LINQ_CHAT_ID", envelope.chatID),
      ("LINQ_FROM", envelope.sender),
      ("LINQ_MESSAGE_ID", message.messageID),
      ("LINQ_LINE", message.line),
      ("LINQ_SERVICE", message.service),
      ("LINQ_IS_GROUP", message.isGroup.map(Self.digit)),
      ("LINQ_IS_OWN", message.isOwn.map(Self.digit)),
      ("LINQ_SOURCE", attempt.event.source),
      ("LINQ_HANDLER", handler),
      ("LINQ_ATTEMPT", String(attempt.attempt)),
    ]
    return fields.reduce(into: base) { variables, field in
      if let value = field.1, Self.isUsable(value) { variables[field.0] = value }
    }
  }

  private static func digit(_ flag: Bool) -> String { flag ? "1" : "0" }

  /// For a program that stays up: nothing about any one event.
  var standing: [String: String] { base.merging(["LINQ_HANDLER": handler]) { $1 } }

  /// Where a program without a slash is found.
  var programPath: String? { searchPath ?? base["PATH"] }

  /// Logs at the start what will not work.
  func warn(of command: [String], in workingDirectory: String?, _ logger: Logger) {
    let environment = searchPath.map { ["PATH": $0] } ?? [:]
    if let problem = ExecutableCheck.problem(
      command: command,
      environment: environment,
      workingDirectory: workingDirectory
    ) {
      Self.warn(logger, problem)
    } else if let hint = ScriptCheck.hint(
      command: command,
      searchPath: programPath,
      workingDirectory: workingDirectory
    ) {
      Self.warn(logger, hint)
    }
    if !refused.isEmpty {
      logger.warning(
        "some variables are never passed on",
        metadata: ["names": "\(refused.joined(separator: ", "))"]
      )
    }
  }

  private static func warn(_ logger: Logger, _ problem: String) {
    logger.warning("program cannot run; its events are retried", metadata: ["detail": "\(problem)"])
  }

  private static func isRefused(_ name: String) -> Bool {
    name.isEmpty || name.contains("=") || name.contains("\0") || refusedExactly.contains(name)
      || refusedPrefixes.contains(where: name.hasPrefix)
  }

  private static func isUsable(_ value: String) -> Bool {
    value.utf8.count <= maxValueBytes
      && !value.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
  }
}
