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

extension FileHandlerSettings: HandlerTypeSettings {
  static let typeName = "file"
  static let defaultConcurrency = 1
  static let blank = FileHandlerSettings(path: "")
  static let keys: [SettingKey<FileHandlerSettings>] = [
    .value(
      "path",
      \.path,
      takes: "a path",
      "The file that events are appended to, one line each.",
      read: { $0.path("path") },
      print: YAMLText.text
    ).byDefault("none; it must be there"),
    .choice(
      "format",
      \.format,
      "payload: the event itself. envelope: {received_at, source, event_id, event_type, payload}."
    ),
    .section("rotate", \.rotation, isOneLine: true),
    .optional(
      "mode",
      \.mode,
      takes: FileMode.form,
      "Permissions of the file and of rotated ones, whatever the umask says. Default: 0600 for a new file, others keep theirs.",
      read: { $0.parsed("mode", form: FileMode.form, FileMode.parse) },
      print: { .text($0.description) }
    ),
    .choice("sync", \.sync, "When lines are forced to disk; interval is each second."),
  ]

  var kind: HandlerKind { .file(self) }
  var isComplete: Bool { !path.isEmpty }

  mutating func check(_ reader: MappingReader) {
    if mode?.isOpenToAll == true { reader.warn("mode", "lets every user of this machine read the events.") }
    if reader.entry("path") == nil {
      reader.reportMissing("path", "Write the file that events are appended to.")
    }
  }
}

extension RotationSettings: SettingsSection {
  static let blank = RotationSettings()
  static let keys: [SettingKey<RotationSettings>] = [
    .size("size", \.bytes, in: (4 << 10)...(1 << 50), "Rotates the file at this size. Default: never."),
    .duration(
      "age",
      \.age,
      in: .seconds(1)...(.seconds(3650 * 86_400)),
      "Rotates the file at this age. Default: never."
    ),
    .integer("keep", \.keep, in: 0...100_000, "Rotated files that are kept."),
    .boolean("compress", \.compresses, "Compresses rotated files, all but the newest."),
  ]

  mutating func check(_ reader: MappingReader) {
    guard reader.entry("size") == nil, reader.entry("age") == nil else { return }
    reader.report("size", "or `age` must say when the file is put aside, as in {size: 100MiB}.")
  }
}
