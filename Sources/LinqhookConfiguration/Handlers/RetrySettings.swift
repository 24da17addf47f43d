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

extension RetrySettings: SettingsSection {
  static let blank = RetrySettings()
  private static let waits: ClosedRange<Duration> = .milliseconds(1)...(.seconds(7 * 86_400))
  static let keys: [SettingKey<RetrySettings>] = [
    SettingKey(
      name: "attempts",
      takes: "1 to 1000000, or unlimited",
      meaning: "Tries altogether.",
      read: { reader, retry in
        if case .scalar("unlimited", _)? = reader.value("attempts")?.content {
          retry.attempts = nil
        } else if let attempts = reader.integer("attempts", in: 1...1_000_000) {
          retry.attempts = attempts
        }
      },
      print: { $0.attempts.map(YAMLText.integer) ?? .plain("unlimited") },
      isEqual: { $0.attempts == $1.attempts }
    ),
    .duration("first", \.first, in: waits, "The wait after the first failure."),
    .number("factor", \.factor, in: 1...100, "How much longer each wait is than the one before."),
    .duration("max", \.max, in: waits, "The longest wait."),
    .number("jitter", \.jitter, in: 0...1, "The part of each wait that is random."),
    .duration(
      "max_age",
      \.maxAge,
      in: .seconds(1)...(.seconds(3650 * 86_400)),
      "An event is given up at this age."
    ),
  ]

  mutating func check(_ reader: MappingReader) {
    guard max < first else { return }
    if reader.entry("max") == nil {
      max = first
    } else {
      reader.report("max", "must not be shorter than `first`, which is \(DurationText.format(first)).")
    }
  }
}
