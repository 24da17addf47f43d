import LinqEvents

// Files of V3: a place for the bytes first, then the bytes.
extension World {
  private static let maxFileBytes = 100 << 20
  private static let contentTypes: Set<String> = [
    "image/jpeg", "image/png", "image/gif", "image/heic", "image/heif", "image/tiff", "image/bmp",
    "image/svg+xml", "image/webp", "image/x-icon", "video/mp4", "video/quicktime", "video/mpeg",
    "video/mpeg2", "video/x-m4v", "video/x-msvideo", "video/3gpp", "audio/mpeg", "audio/mp3", "audio/x-m4a",
    "audio/mp4", "audio/x-caf", "audio/x-wav", "audio/x-aiff", "audio/aiff", "audio/aac", "audio/midi",
    "audio/amr", "application/pdf", "application/vnd.apple.pkpass", "text/plain", "text/markdown",
    "text/vcard", "text/rtf", "text/csv", "text/html", "text/calendar", "text/xml", "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/x-iwork-pages-sffpages", "application/x-iwork-numbers-sffnumbers",
    "application/x-iwork-keynote-sffkey", "application/epub+zip", "application/json", "application/zip",
    "application/x-gzip",
  ]

  mutating func requestUpload(_ fields: V3Fields, at now: Timestamp) throws(V3Rejection) -> Reply {
    let name = try fields.text("filename")
    let type = try fields.text("content_type")
    guard let byteCount = try fields.count("size_bytes") else { throw .missing("size_bytes") }
    guard (1...255).contains(name.count) else { throw .badValue("filename has 1 to 255 characters.") }
    guard Self.contentTypes.contains(type) else {
      throw .badValue("content_type \(type.debugDescription) is not supported.")
    }
    guard (1...Self.maxFileBytes).contains(byteCount) else {
      throw .badValue("size_bytes must be from 1 to \(Self.maxFileBytes).")
    }
    let id = Identifier.random()
    let place = UploadPlace(
      signature: Identifier.trace(),
      expiresAt: urlExpiry(at: now),
      contentType: type,
      byteCount: byteCount
    )
    let file = AttachmentRecord(
      id: id,
      url: "\(attachmentsURL)/\(id)/\(FileNames.inURL(name))",
      fileName: name,
      contentType: type,
      byteCount: byteCount,
      createdAt: now,
      isHosted: true,
      isComplete: false
    )
    attachments[id] = file
    uploads[id] = place
    return Reply(
      200,
      [
        "attachment_id": .text(id),
        "upload_url": .text("\(attachmentsURL)/\(id)?Signature=\(place.signature)"),
        "download_url": .text(downloadURL(of: file, at: now)), "http_method": "PUT",
        "expires_at": place.expiresAt.text,
        "required_headers": ["Content-Type": .text(type), "Content-Length": .text(String(byteCount))],
      ]
    )
  }
}
