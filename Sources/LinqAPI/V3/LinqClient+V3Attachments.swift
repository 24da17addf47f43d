import LinqEvents
import LinqhookHTTPClient

// Files in Partner API V3: a ticket first, then the bytes to the place that it names.
extension LinqClient {
  /// The largest file that Linq takes.
  static let maxUploadBytes: Int64 = 100 << 20

  /// Uploads files, and gives the ids under which they can be sent.
  func upload(_ paths: [String]) async throws(LinqAPIError) -> [ResourceID] {
    var ids: [ResourceID] = []
    for path in paths { ids.append(try await upload(path)) }
    return ids
  }

  private func upload(_ path: String) async throws(LinqAPIError) -> ResourceID {
    guard let file = try? UploadFile(path: path) else {
      throw LinqAPIError(
        .invalidInput,
        "\(path) cannot be read. Check that it is a file, that it exists, and that you may read it."
      )
    }
    guard (1...Self.maxUploadBytes).contains(file.byteCount) else {
      throw LinqAPIError(
        .invalidInput,
        "\(path) has \(file.byteCount) bytes. Linq takes files of 1 byte to 100 MiB."
      )
    }
    let name = path.split(separator: "/").last.map(String.init) ?? "file"
    let ticket = try await v3RequestUpload(
      filename: name,
      contentType: try MediaType.forFile(named: name),
      byteCount: file.byteCount
    )
    try await upload(
      OutgoingRequest(
        method: "PUT",
        url: ticket.value.uploadURL,
        // The client counts the bytes itself.
        headers: ticket.value.requiredHeaders.filter { $0.key.lowercased() != "content-length" }
          .map { HTTPField($0.key, $0.value) },
        body: .file(file),
        timeout: uploadTimeout
      )
    )
    return ticket.value.attachmentID
  }

  func v3RequestUpload(
    filename: String,
    contentType: String,
    byteCount: Int64
  ) async throws(LinqAPIError) -> APIResponse<UploadTicket> {
    let call = APICall(
      version: .v3,
      method: .post,
      path: "attachments",
      body: .json([
        "filename": JSONValue(filename), "content_type": JSONValue(contentType),
        "size_bytes": JSONValue(byteCount),
      ])
    )
    return try await perform(call, as: UploadTicket.self)
  }

  func v3Attachment(_ id: ResourceID) async throws(LinqAPIError) -> APIResponse<StoredAttachment> {
    try await perform(
      APICall(version: .v3, method: .get, path: "attachments/\(id)"),
      as: StoredAttachment.self
    )
  }
}

/// The types of files that V3 takes, by the end of their names.
enum MediaType {
  private static let types = [
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "heic": "image/heic",
    "heif": "image/heif", "tif": "image/tiff", "tiff": "image/tiff", "bmp": "image/bmp",
    "mp4": "video/mp4", "mov": "video/quicktime", "m4v": "video/x-m4v", "mpg": "video/mpeg",
    "avi": "video/x-msvideo",
    "3gp": "video/3gpp", "mp3": "audio/mpeg", "m4a": "audio/x-m4a", "caf": "audio/x-caf",
    "wav": "audio/x-wav",
    "aif": "audio/aiff", "aiff": "audio/aiff", "aac": "audio/aac", "mid": "audio/midi", "amr": "audio/amr",
    "pdf": "application/pdf", "pkpass": "application/vnd.apple.pkpass", "txt": "text/plain",
    "md": "text/markdown",
    "vcf": "text/vcard", "rtf": "text/rtf", "csv": "text/csv", "html": "text/html", "ics": "text/calendar",
    "xml": "text/xml", "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint", "epub": "application/epub+zip", "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pages": "application/x-iwork-pages-sffpages", "numbers": "application/x-iwork-numbers-sffnumbers",
    "key": "application/x-iwork-keynote-sffkey", "zip": "application/zip", "gz": "application/x-gzip",
  ]

  static func forFile(named name: String) throws(LinqAPIError) -> String {
    let end = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    if let type = types[end] { return type }
    throw LinqAPIError(
      .invalidInput,
      "\(name) is no kind of file that Linq takes. Its name must end in one of \(types.keys.sorted().joined(separator: ", "))."
    )
  }
}
