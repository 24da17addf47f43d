/// Where attachments of messages are kept.
public struct AttachmentSettings: Sendable, Equatable {
  /// The folder, absolute; each attachment has one of its own in it.
  public var folder: String
  /// The largest that is kept.
  public var maxBytes: Int
  /// How long they are kept; nil for ever.
  public var keep: Duration?

  /// Attachments of up to 100 MiB in `folder`, for thirty days.
  public init(folder: String, maxBytes: Int = 100 << 20, keep: Duration? = .seconds(30 * 86_400)) {
    self.folder = folder
    self.maxBytes = maxBytes
    self.keep = keep
  }
}

extension AttachmentSettings: SettingsSection {
  static let blank = AttachmentSettings(folder: "")
  private static let spans: ClosedRange<Duration> = .seconds(60)...(.seconds(3650 * 86_400))

  static let keys: [SettingKey<AttachmentSettings>] = [
    .value(
      "folder",
      \.folder,
      takes: "a path",
      "The folder; each attachment is at folder/<its id>/<its name made safe>.",
      read: { $0.path("folder") },
      print: YAMLText.text
    ).byDefault("none; it must be there"),
    .size(
      "max_size",
      \.maxBytes,
      in: (1 << 10)...(1 << 40),
      "The largest that is kept. A larger one stays at Linq, and the program is told so."
    ),
    SettingKey(
      name: "keep",
      takes:
        "\(DurationText.format(spans.lowerBound)) to \(DurationText.format(spans.upperBound)), or forever",
      meaning: "How long they are kept; older ones are deleted.",
      read: { reader, attachments in
        if case .scalar("forever", _)? = reader.value("keep")?.content {
          attachments.keep = nil
        } else if let keep = reader.duration("keep", in: spans) {
          attachments.keep = keep
        }
      },
      print: { $0.keep.map(YAMLText.duration) ?? .plain("forever") },
      isEqual: { $0.keep == $1.keep }
    ),
  ]

  var isComplete: Bool { !folder.isEmpty }

  mutating func check(_ reader: MappingReader) {
    guard reader.entry("folder") == nil else { return }
    reader.reportMissing("folder", "Write the folder that attachments are put into.")
  }
}
