/// An alarm for a line that has gone quiet.
public struct SilenceSettings: Sendable, Equatable {
  /// How long without an event before the alarm.
  public var after: Duration
  /// The program to start, and its arguments. Never empty when loaded.
  public var command: [String]

  /// An alarm after `after` that starts `command`.
  public init(after: Duration, command: [String]) {
    self.after = after
    self.command = command
  }
}

extension SilenceSettings: SettingsSection {
  static let blank = SilenceSettings(after: .zero, command: [])
  static let keys: [SettingKey<SilenceSettings>] = [
    .duration(
      "after",
      \.after,
      in: .seconds(1)...(.seconds(365 * 86_400)),
      "How long without a verified event before the program is started; once, and again only after an event."
    ).byDefault("none"),
    .value(
      "command",
      \.command,
      takes: "a list: the program and its arguments",
      "The program to start. It gets LINQ_SILENCE_SECONDS, PATH and HOME, and has 30 seconds.",
      read: { $0.command("command") },
      print: YAMLText.texts
    ).byDefault("none"),
  ]

  var isComplete: Bool { after > .zero && !command.isEmpty }

  mutating func check(_ reader: MappingReader) {
    for key in Self.keys.map(\.name) where reader.entry(key) == nil {
      reader.reportMissing(key, "Write it as in {after: 30m, command: [/usr/local/bin/alarm]}.")
    }
    if isComplete { ProgramTrust.judge(ProgramSettings(command: command), reader) }
  }
}
