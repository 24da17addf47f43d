/// Where and how accepted events are stored.
public struct InboxSettings: Sendable, Equatable {
  /// The database file, absolute.
  public var path: String
  /// What a 200 promises.
  public var durability: DurabilityName
  /// How long and how many event ids are remembered.
  public var dedup: DedupSettings
  /// How long delivered events stay readable after they were accepted, counted while the receiver runs.
  public var retention: Duration
  /// Undelivered events beyond this number are refused with 503.
  public var maxPending: Int
  /// The size that the store keeps below.
  public var maxBytes: Int
  /// Whether the store may lie where it can be lost or is not locked reliably.
  public var allowsUnsafeStorage: Bool

  /// An inbox at `path` with the defaults for everything else.
  public init(
    path: String,
    durability: DurabilityName = .full,
    dedup: DedupSettings = DedupSettings(),
    retention: Duration = .seconds(72 * 3600),
    maxPending: Int = 100_000,
    maxBytes: Int = 2 << 30,
    allowsUnsafeStorage: Bool = false
  ) {
    self.path = path
    self.durability = durability
    self.dedup = dedup
    self.retention = retention
    self.maxPending = maxPending
    self.maxBytes = maxBytes
    self.allowsUnsafeStorage = allowsUnsafeStorage
  }
}

/// What has happened to an event by the time it is answered with 200.
public enum DurabilityName: String, Sendable, CaseIterable {
  /// It is on disk and survives a power cut.
  case full
  /// It is with the kernel and survives a crash of the process, not of the machine.
  case normal
}

/// How duplicates are known.
public struct DedupSettings: Sendable, Equatable {
  /// How long an id is remembered, counted while the receiver runs.
  public var window: Duration
  /// How many ids are remembered.
  public var maxEntries: Int

  /// The defaults: 72 hours and a million ids.
  public init(window: Duration = .seconds(72 * 3600), maxEntries: Int = 1_000_000) {
    self.window = window
    self.maxEntries = maxEntries
  }
}

extension InboxSettings: SettingsSection {
  static let blank = InboxSettings(path: "")
  private static let pathVariable = "LINQHOOK_INBOX_PATH"
  fileprivate static let longest = Duration.seconds(3650 * 86_400)

  static let keys: [SettingKey<InboxSettings>] = [
    .layered(
      "path",
      \.path,
      variable: pathVariable,
      takes: "a path",
      "The database.",
      parse: { text, folder throws(ValueProblem) in try PathText.resolve(text, relativeTo: folder) },
      print: YAMLText.text
    ).restartOnly().byDefault(
      "$STATE_DIRECTORY/inbox.db, else $XDG_STATE_HOME/linqhook/inbox.db, else ~/.local/state/linqhook/inbox.db"
    ),
    .choice(
      "durability",
      \.durability,
      "full: an event is on disk before its 200 and survives a power cut. normal: it survives a crash of the process, not of the machine."
    ).restartOnly(),
    .section("dedup", \.dedup, isOneLine: true),
    .duration(
      "retention",
      \.retention,
      in: .zero...longest,
      "How long delivered events stay readable. Time while the receiver is stopped does not count."
    ).restartOnly(),
    .integer(
      "max_pending",
      \.maxPending,
      in: 1...1_000_000_000,
      "With more undelivered events than this, new ones are answered 503 until the handlers catch up."
    ).restartOnly(),
    .size(
      "max_bytes",
      \.maxBytes,
      in: (1 << 20)...(1 << 50),
      because: "the store needs room to work",
      "The size that the store keeps below."
    ).restartOnly(),
    .boolean(
      "allow_unsafe_storage",
      \.allowsUnsafeStorage,
      "Starts on storage that cannot keep what a 200 promises: network file systems, and memory with `durability: full`."
    ).restartOnly(),
  ]

  mutating func check(_ reader: MappingReader) {
    guard path.isEmpty else { return }
    let context = reader.context
    if let place = Self.defaultPath(context) {
      path = place
      return
    }
    path = "/"
    context.problems.report(
      Problem(
        place: .environment("HOME"),
        key: "inbox.path",
        message:
          "is not set, so the inbox has no default place. Set `inbox.path`, LINQHOOK_INBOX_PATH or STATE_DIRECTORY."
      )
    )
  }

  private static func defaultPath(_ context: LoadContext) -> String? {
    // systemd lists several state directories with colons between them.
    if let folder = context.variable("STATE_DIRECTORY")?.split(separator: ":").first, folder.hasPrefix("/") {
      return PathText.normalize("\(folder)/inbox.db")
    }
    // A relative value is to be ignored (XDG Base Directory Specification).
    if let folder = context.variable("XDG_STATE_HOME"), folder.hasPrefix("/") {
      return PathText.normalize("\(folder)/linqhook/inbox.db")
    }
    if let folder = context.variable("HOME"), folder.hasPrefix("/") {
      return PathText.normalize("\(folder)/.local/state/linqhook/inbox.db")
    }
    return nil
  }
}

extension DedupSettings: SettingsSection {
  static let blank = DedupSettings()
  /// Linq tries for about 25 minutes; a duplicate may come that late, and its clock and ours may differ.
  private static let minWindow = Duration.seconds(50 * 60)

  static let keys: [SettingKey<DedupSettings>] = [
    .duration(
      "window",
      \.window,
      in: minWindow...InboxSettings.longest,
      because: "Linq repeats an event for 25 minutes, and twice that is the least that is safe",
      "How long event ids are remembered to recognise duplicates. Time while the receiver is stopped does not count."
    ).restartOnly(),
    .integer(
      "max_entries",
      \.maxEntries,
      in: 1...1_000_000_000,
      "How many ids are remembered for each endpoint; it should hold the events of 50 minutes."
    ).restartOnly(),
  ]
}
