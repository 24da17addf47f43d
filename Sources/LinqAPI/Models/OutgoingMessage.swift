import HTTPClient
import LinqEvents

/// A message to send.
public struct OutgoingMessage: Sendable {
  /// The text. Linq wants the field even when it is empty.
  public var text: String
  /// Files that Linq fetches from public URLs.
  public var attachmentURLs: [String]
  /// Paths of files that are uploaded.
  public var attachmentFiles: [String]
  /// Identifies this send; without it a send is never repeated.
  public var idempotencyKey: IdempotencyKey?

  /// A message of these parts.
  public init(
    text: String,
    attachmentURLs: [String] = [],
    attachmentFiles: [String] = [],
    idempotencyKey: IdempotencyKey?
  ) {
    self.text = text
    self.attachmentURLs = attachmentURLs
    self.attachmentFiles = attachmentFiles
    self.idempotencyKey = idempotencyKey
  }

  var repetition: APICall.Repetition {
    idempotencyKey.map { .keyed($0) } ?? .sendsAgain
  }

  /// The message as a JSON object, which cannot hold files.
  var json: JSONValue {
    var members = [JSONValue.Member("text", "\(text)")]
    if !attachmentURLs.isEmpty {
      members.append(.init("attachment_urls", .array(attachmentURLs.map { "\($0)" })))
    }
    if let idempotencyKey { members.append(.init("idempotency_key", "\(idempotencyKey.description)")) }
    return .object(members)
  }

  /// The message as parts of a form, named as Linq names them.
  var formParts: [MultipartPart] {
    var parts = [MultipartPart(name: "message[text]", text: text)]
    parts += attachmentURLs.map { MultipartPart(name: "message[attachment_urls][]", text: $0) }
    parts += attachmentFiles.map { MultipartPart(name: "message[attachments][]", content: .file(path: $0)) }
    if let idempotencyKey {
      parts.append(MultipartPart(name: "message[idempotency_key]", text: idempotencyKey.description))
    }
    return parts
  }
}

extension MultipartPart {
  init(name: String, text: String) {
    self.init(name: name, content: .bytes(Array(text.utf8)))
  }
}
