/// One handler: what every handler has, and what its type adds.
public struct HandlerSettings: Sendable, Equatable {
  /// Its name in logs, metrics and commands; unique.
  public var name: String
  /// Event types that it wants, as globs (`*` any run of characters, `?` one).
  public var events: [String]
  /// What must be true of the event; all of it.
  public var conditions: [EventCondition]
  /// Whether events of one chat wait for each other.
  public var order: OrderName
  /// Deliveries that run at once. For a worker: processes.
  public var concurrency: Int
  /// When a failed delivery is tried again.
  public var retry: RetrySettings
  /// What becomes of an event that is given up.
  public var onDead: DeadLetterPolicy
  /// The type, with its own settings.
  public var kind: HandlerKind

  /// A handler of `kind` that wants every event, in order for its chat. `concurrency` nil takes the type's.
  public init(
    name: String,
    events: [String] = ["*"],
    conditions: [EventCondition] = [],
    order: OrderName = .chat,
    concurrency: Int? = nil,
    retry: RetrySettings = RetrySettings(),
    onDead: DeadLetterPolicy = .keep,
    kind: HandlerKind
  ) {
    self.name = name
    self.events = events
    self.conditions = conditions
    self.order = order
    self.concurrency = concurrency ?? kind.defaultConcurrency
    self.retry = retry
    self.onDead = onDead
    self.kind = kind
  }
}

/// The types of handlers.
public enum HandlerKind: Sendable, Equatable {
  /// One log line an event.
  case log(LogHandlerSettings)
  /// Appends to a file.
  case file(FileHandlerSettings)
  /// Starts a program for each event.
  case shell(ShellHandlerSettings)
  /// Keeps a program up and gives it one line an event.
  case worker(WorkerHandlerSettings)
  /// Forwards the event to a URL.
  case http(HTTPHandlerSettings)
  /// A type that the embedding program registered; its keys are passed on as they are.
  case custom(type: String, options: [String: ConfigurationValue])

  /// The value of the key `type`.
  public var typeName: String {
    switch self {
    case .log: "log"
    case .file: "file"
    case .shell: "shell"
    case .worker: "worker"
    case .http: "http"
    case .custom(let type, _): type
    }
  }

  /// Deliveries at once when the file does not say.
  public var defaultConcurrency: Int {
    switch self {
    case .log, .file, .custom: 1
    case .worker: 2
    case .shell, .http: 4
    }
  }
}

/// Whether events wait for each other.
public enum OrderName: String, Sendable, CaseIterable {
  /// Events of one chat go one at a time, as accepted.
  case chat
  /// No order at all.
  case none
}

/// What becomes of an event that is given up.
public enum DeadLetterPolicy: String, Sendable, CaseIterable {
  /// It stays as a dead letter until somebody retries or drops it.
  case keep
}

/// When a failed delivery is tried again: after `first`, then `factor` times longer each time, up to `max`.
public struct RetrySettings: Sendable, Equatable {
  /// Tries altogether, at least 1; `nil` for as many as `maxAge` allows.
  public var attempts: Int?
  /// The wait after the first failure.
  public var first: Duration
  /// How much longer each wait is than the one before; at least 1.
  public var factor: Double
  /// The longest wait.
  public var max: Duration
  /// The part of each wait that is random; 0 to 1.
  public var jitter: Double
  /// An event older than this is not tried again.
  public var maxAge: Duration

  /// The defaults: as many attempts as a day takes, 1 s, doubled up to 10 min, a fifth random. So a target that is
  /// away for a night loses nothing.
  public init(
    attempts: Int? = nil,
    first: Duration = .seconds(1),
    factor: Double = 2,
    max: Duration = .seconds(600),
    jitter: Double = 0.2,
    maxAge: Duration = .seconds(24 * 3600)
  ) {
    self.attempts = attempts
    self.first = first
    self.factor = factor
    self.max = max
    self.jitter = jitter
    self.maxAge = maxAge
  }
}
