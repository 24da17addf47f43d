/// A message to be sent.
public struct OutgoingMessage: Sendable {
  /// The text; may be empty when something is attached.
  public var text: String
  /// Files that Linq fetches from public URLs.
  public var attachmentURLs: [String]
  /// Paths of files that are uploaded.
  public var attachmentFiles: [String]
  /// The message that this one answers; V3 only.
  public var replyTo: MessageTarget?
  /// Names this send; without it a send is never tried again.
  public var idempotencyKey: IdempotencyKey?

  /// A message of these parts.
  public init(
    text: String,
    attachmentURLs: [String] = [],
    attachmentFiles: [String] = [],
    replyTo: MessageTarget? = nil,
    idempotencyKey: IdempotencyKey?
  ) {
    self.text = text
    self.attachmentURLs = attachmentURLs
    self.attachmentFiles = attachmentFiles
    self.replyTo = replyTo
    self.idempotencyKey = idempotencyKey
  }

  var repetition: APICall.Repetition {
    idempotencyKey.map { .keyed($0) } ?? .sendsAgain
  }
}

/// A message, or one part of it.
public struct MessageTarget: Sendable, Equatable {
  /// The message.
  public var messageID: ResourceID
  /// The part, counted from 0; nil for the first.
  public var partIndex: Int?

  /// Part `partIndex` of `messageID`.
  public init(messageID: ResourceID, partIndex: Int? = nil) {
    self.messageID = messageID
    self.partIndex = partIndex
  }
}
