/// One log line an event.
public struct LogHandlerSettings: Sendable, Equatable {
  /// The level of the line.
  public var level: LogLevel
  /// Whether phone numbers are shortened and text is left out.
  public var redacts: Bool

  /// The defaults: `info`, redacted.
  public init(level: LogLevel = .info, redacts: Bool = true) {
    self.level = level
    self.redacts = redacts
  }
}

/// Appends each event as one line to a file.
public struct FileHandlerSettings: Sendable, Equatable {
  /// The file, absolute.
  public var path: String
  /// What a line holds.
  public var format: FileFormat
  /// When the file is put aside and a new one begun; `nil` leaves that to logrotate.
  public var rotation: RotationSettings?
  /// When lines are forced to disk.
  public var sync: SyncName
  /// The permissions of the file and of those put aside; `nil` for those that the umask leaves.
  public var mode: FileMode?

  /// The file at `path`: payloads, no rotation, synced each second.
  public init(
    path: String,
    format: FileFormat = .payload,
    rotation: RotationSettings? = nil,
    sync: SyncName = .interval,
    mode: FileMode? = nil
  ) {
    self.mode = mode
    self.path = path
    self.format = format
    self.rotation = rotation
    self.sync = sync
  }
}

/// What a line of the file holds.
public enum FileFormat: String, Sendable, CaseIterable {
  /// The event itself.
  case payload
  /// `received_at`, `source`, `event_id`, `event_type` and the event as `payload`.
  case envelope
}

/// When lines are forced to disk.
public enum SyncName: String, Sendable, CaseIterable {
  /// After each write.
  case always
  /// Once a second.
  case interval
  /// When the kernel likes.
  case never
}

/// When a file is put aside. At least one of `bytes` and `age` is set when loaded.
public struct RotationSettings: Sendable, Equatable {
  /// At this size.
  public var bytes: Int?
  /// At this age.
  public var age: Duration?
  /// Old files that are kept.
  public var keep: Int
  /// Whether old files are compressed.
  public var compresses: Bool

  /// Rotation at `bytes` or `age`, ten compressed files kept.
  public init(bytes: Int? = nil, age: Duration? = nil, keep: Int = 10, compresses: Bool = true) {
    self.bytes = bytes
    self.age = age
    self.keep = keep
    self.compresses = compresses
  }
}

/// How a child process is started. Nothing of the daemon's environment is passed on but what is listed.
public struct ProgramSettings: Sendable, Equatable {
  /// The program and its arguments. Never empty when loaded; a program with a `/` in it is absolute, one
  /// without is looked up in the `PATH` that is passed on.
  public var command: [String]
  /// Names of environment variables that are passed on.
  public var environment: [String]
  /// Where it runs, absolute; `nil` for the daemon's own working directory.
  public var workingDirectory: String?
  /// What it gets of an event.
  public var input: ProgramInput

  /// `command` with `PATH` and `HOME` passed on, and events as they were received.
  public init(
    command: [String],
    environment: [String] = ["PATH", "HOME"],
    workingDirectory: String? = nil,
    input: ProgramInput = .event
  ) {
    self.command = command
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.input = input
  }
}

/// What a program gets of an event.
public enum ProgramInput: String, Sendable, CaseIterable {
  /// The bytes as they were received.
  case event
  /// The message view; a worker gets it beside the event.
  case message
  /// The text of the message alone. Not for workers.
  case text
}

/// Starts a program for each event.
public struct ShellHandlerSettings: Sendable, Equatable {
  /// What is started.
  public var program: ProgramSettings
  /// How long one run may take.
  public var timeout: Duration

  /// Starts `program`, for 30 s at most.
  public init(program: ProgramSettings, timeout: Duration = .seconds(30)) {
    self.program = program
    self.timeout = timeout
  }
}

/// Keeps programs up that take one line an event.
public struct WorkerHandlerSettings: Sendable, Equatable {
  /// What is started, `concurrency` times.
  public var program: ProgramSettings
  /// Events in flight in each process.
  public var window: Int
  /// How long one event may take.
  public var timeout: Duration

  /// Starts `program` with 64 events in flight, 30 s for each.
  public init(program: ProgramSettings, window: Int = 64, timeout: Duration = .seconds(30)) {
    self.program = program
    self.window = window
    self.timeout = timeout
  }
}

/// Forwards each event to a URL.
public struct HTTPHandlerSettings: Sendable, Equatable {
  /// An absolute `http` or `https` URL without user, password and fragment.
  public var url: String
  /// Signs what is forwarded by the Standard Webhooks rules; `nil` sends unsigned.
  public var secret: ConfiguredSecret?
  /// Headers that are added, in the order of the file.
  public var headers: [HTTPHeaderSettings]
  /// How long one request may take.
  public var timeout: Duration
  /// Statuses that make an event a dead letter at once, rising.
  public var finalStatuses: [Int]
  /// Certificates (PEM) to trust instead of the system's; absolute.
  public var certificateAuthorityFile: String?

  /// What says that the target can never take this very event.
  public static let finalStatusesDefault = [400, 405, 410, 411, 413, 414, 415, 422, 431, 501, 505]

  /// Forwards to `url`, unsigned, 10 s a request.
  public init(
    url: String,
    secret: ConfiguredSecret? = nil,
    headers: [HTTPHeaderSettings] = [],
    timeout: Duration = .seconds(10),
    finalStatuses: [Int] = HTTPHandlerSettings.finalStatusesDefault,
    certificateAuthorityFile: String? = nil
  ) {
    self.url = url
    self.secret = secret
    self.headers = headers
    self.timeout = timeout
    self.finalStatuses = finalStatuses
    self.certificateAuthorityFile = certificateAuthorityFile
  }
}

/// A header that is added to what is forwarded. The value may be a credential and prints nothing.
public struct HTTPHeaderSettings: Sendable, Equatable {
  /// The field name, a token of RFC 9110.
  public var name: String
  /// The field value.
  public var value: ConfiguredSecret

  /// The header `name` with `value`.
  public init(name: String, value: ConfiguredSecret) {
    self.name = name
    self.value = value
  }
}
