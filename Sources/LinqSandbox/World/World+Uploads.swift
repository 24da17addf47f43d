import LinqEvents

/// Where the bytes of a file go, and until when.
struct UploadPlace {
  let signature: String
  let expiresAt: Timestamp
  let contentType: String
  let byteCount: Int
}

/// The reason why a file is not taken or given.
enum FileRefusal: Int, Error {
  case badRequest = 400
  case forbidden = 403
  case notFound = 404
}

// Files that come in two steps, and URLs that do not last.
extension World {
  static let urlLifeSeconds = 15.0 * 60

  /// The end of a life that begins now.
  func urlExpiry(at now: Timestamp) -> Timestamp {
    Timestamp(milliseconds: now.milliseconds + Int64(Self.urlLifeSeconds * 1_000 / timeScale))
  }

  /// The message as an answer or event shows it: with URLs that work from now on.
  func shown(_ message: MessageRecord, at now: Timestamp) -> MessageRecord {
    guard hasEphemeralAttachments else { return message }
    var message = message
    message.parts = message.parts.map { part in
      guard case .media(var attachment) = part else { return part }
      attachment.url = downloadURL(of: attachment, at: now)
      return .media(attachment)
    }
    return message
  }

  func downloadURL(of attachment: AttachmentRecord, at now: Timestamp) -> String {
    guard hasEphemeralAttachments, attachment.isHosted else { return attachment.url }
    let expires = urlExpiry(at: now).milliseconds
    return "\(attachment.url)?Expires=\(expires)&Signature=\(signature(attachment.id, expires))"
  }

  /// The file behind a URL.
  func file(_ id: String, query: String?, at now: Timestamp) throws(FileRefusal) -> (
    contentType: String, bytes: [UInt8]
  ) {
    guard let file = files.file(id), attachments[id] != nil else { throw .notFound }
    guard hasEphemeralAttachments else { return file }
    let query = QueryReading(query)
    guard let expires = query["Expires"].flatMap({ Int64($0) }), expires > now.milliseconds,
      query["Signature"] == signature(id, expires)
    else { throw .forbidden }
    return file
  }

  /// Takes the bytes of a file whose place was asked for.
  mutating func upload(
    _ id: String,
    signature: String?,
    contentType: String?,
    bytes: [UInt8],
    at now: Timestamp
  ) throws(FileRefusal) {
    guard let place = uploads[id], attachments[id] != nil else { throw .notFound }
    guard place.signature == signature, now < place.expiresAt, contentType == place.contentType else {
      throw .forbidden
    }
    guard bytes.count == place.byteCount else { throw .badRequest }
    files.put(bytes, contentType: place.contentType, id: id)
    attachments[id]?.isComplete = true
  }

  /// FNV-1a over the id, the time and a number of this run: enough to tell a made-up URL.
  private func signature(_ id: String, _ expires: Int64) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(id)|\(expires)|\(urlKey)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }
}
