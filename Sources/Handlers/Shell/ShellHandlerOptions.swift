internal import LinqEvents
internal import LinqhookDelivery
internal import LinqhookInbox
public import Logging

/// How a hook is run.
public struct ShellHandlerOptions: Sendable {
  /// The handler's name in the configuration, what the hook sees as `LINQ_HANDLER`.
  public var name: String
  /// The program and its arguments; nothing of an event ever gets in here.
  public var command: [String]
  /// Names of the daemon's environment that the hook gets; nothing else of it is passed on.
  public var environment: [String]
  /// Where the hook starts; nil for the daemon's own directory.
  public var workingDirectory: String?
  /// What the hook gets on its standard input.
  public var input: HookInput
  /// What its standard output is for.
  public var reply: HookReply
  /// How long a run may take.
  public var timeout: Duration
  /// The time from the time-out's SIGTERM to SIGKILL.
  public var grace: Duration
  /// The level of the lines that the hook writes.
  public var outputLevel: Logger.Level
  /// How many bytes of a run's output go to the log.
  public var maxOutputBytes: Int

  /// Options of the given parts.
  public init(
    name: String,
    command: [String],
    environment: [String],
    workingDirectory: String?,
    input: HookInput,
    reply: HookReply = .off,
    timeout: Duration,
    grace: Duration = .seconds(5),
    outputLevel: Logger.Level = .info,
    maxOutputBytes: Int = 65_536
  ) {
    self.name = name
    self.command = command
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.input = input
    self.reply = reply
    self.timeout = timeout
    self.grace = grace
    self.outputLevel = outputLevel
    self.maxOutputBytes = maxOutputBytes
  }
}

/// What a hook gets of an event.
public enum HookInput: Sendable {
  /// The bytes, exactly as they were received.
  case event
  /// The message view as one line of JSON.
  case message
  /// The text of the message and nothing else; nothing for an event without one.
  case text

  func bytes(of attempt: DeliveryAttempt) -> [UInt8] {
    switch self {
    case .event: attempt.event.payload
    case .message: attempt.message.json.compactBytes + [UInt8(ascii: "\n")]
    case .text: Array((attempt.message.text ?? "").utf8)
    }
  }
}

/// What a hook's standard output is for.
public enum HookReply: Sendable {
  /// For the log.
  case off
  /// It is the text of an answer.
  case text
  /// It holds one action a line.
  case actions
}
