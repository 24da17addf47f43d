extension InboxSettings {
  private static let keys = [
    "path", "durability", "dedup", "retention", "max_pending", "max_bytes", "allow_unsafe_storage",
  ]

  /// Linq tries for about 25 minutes; a duplicate may come that late, and its clock and ours may differ.
  private static let minDedupWindow = Duration.seconds(50 * 60)
  private static let longest = Duration.seconds(3650 * 86_400)

  init(_ reader: MappingReader) {
    self.init(path: Self.readPath(reader))
    reader.rejectUnknownKeys(known: Self.keys, owner: "inbox")
    durability = reader.choice("durability", DurabilityName.self) ?? durability
    dedup = DedupSettings(reader.section("dedup"), minWindow: Self.minDedupWindow, maxWindow: Self.longest)
    retention = reader.duration("retention", in: .zero...Self.longest) ?? retention
    maxPending = reader.integer("max_pending", in: 1...1_000_000_000) ?? maxPending
    maxBytes =
      reader.size("max_bytes", in: (1 << 20)...(1 << 50), because: "the store needs room to work") ?? maxBytes
    allowsUnsafeStorage = reader.boolean("allow_unsafe_storage") ?? allowsUnsafeStorage
  }

  /// The environment goes before the file, and the file before the places that the system suggests.
  private static func readPath(_ reader: MappingReader) -> String {
    let written = reader.path("path")
    let context = reader.context
    if let text = context.variable("LINQHOOK_INBOX_PATH") {
      do {
        return try PathText.resolve(text, relativeTo: FileAccess.currentFolder)
      } catch {
        context.problems.report(
          Problem(place: .environment("LINQHOOK_INBOX_PATH"), key: "inbox.path", message: error.text)
        )
      }
    }
    if let written { return written }
    if let place = defaultPath(context) { return place }
    context.problems.report(
      Problem(
        place: .environment("HOME"),
        key: "inbox.path",
        message:
          "is not set, so the inbox has no default place. Set `inbox.path`, LINQHOOK_INBOX_PATH or STATE_DIRECTORY."
      )
    )
    return "/"
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

extension DedupSettings {
  fileprivate init(_ reader: MappingReader, minWindow: Duration, maxWindow: Duration) {
    self.init()
    reader.rejectUnknownKeys(known: ["window", "max_entries"], owner: "inbox.dedup")
    window =
      reader.duration(
        "window",
        in: minWindow...maxWindow,
        because: "Linq repeats an event for 25 minutes, and twice that is the least that is safe"
      ) ?? window
    maxEntries = reader.integer("max_entries", in: 1...1_000_000_000) ?? maxEntries
  }
}
