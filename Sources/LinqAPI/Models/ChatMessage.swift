/// A message of a chat. All but the id may be missing.
public struct ChatMessage: Sendable {
  /// The id for reactions.
  public let id: ResourceID
  /// The text.
  public let text: String?
  /// When it was sent, as Linq writes it.
  public let sentAt: String?
  /// When it was delivered; nil while it is on its way.
  public let deliveredAt: String?
  /// Such as `pending`, `queued`, `sent`, `delivered` or `failed`.
  public let deliveryStatus: String?
  /// Whether it was read.
  public let isRead: Bool?
  /// The number that it was sent from.
  public let sentFrom: String?
  /// Files with it.
  public let attachments: [Attachment]?
  /// Whether we sent it; V3 only.
  public var isFromMe: Bool?
  /// The chat; V3 only.
  public var chatID: ResourceID?
}

/// A file that came with a message.
public struct Attachment: Sendable {
  /// Its id.
  public let id: ResourceID?
  /// Where to fetch it.
  public let url: String?
  /// Its name.
  public let filename: String?
  /// Its type, such as `image/png`.
  public let mimeType: String?
  /// Its length in bytes.
  public let fileSize: Int?
}
