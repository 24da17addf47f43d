/// Keeps attachments, and does nothing else.
public struct MediaHandlerSettings: Sendable, Equatable {
  /// Where they are kept.
  public var attachments: AttachmentSettings

  /// A handler that keeps `attachments`.
  public init(attachments: AttachmentSettings) { self.attachments = attachments }
}

extension MediaHandlerSettings: HandlerTypeSettings {
  static let typeName = "media"
  static let defaultConcurrency = 4
  static let blank = MediaHandlerSettings(attachments: .blank)
  static let keys: [SettingKey<MediaHandlerSettings>] =
    AttachmentSettings.keys.map { $0.lifted(to: \.attachments) }

  var kind: HandlerKind { .media(self) }
  var isComplete: Bool { attachments.isComplete }

  mutating func check(_ reader: MappingReader) { attachments.check(reader) }
}
