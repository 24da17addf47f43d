extension World {
  /// An attachment that Linq would fetch. The sandbox does not; it passes the URL on.
  func linked(_ url: String, at now: Timestamp) -> AttachmentRecord {
    let path = url.prefix { $0 != "?" && $0 != "#" }
    let name = path.split(separator: "/").last.map(String.init) ?? "file"
    return AttachmentRecord(
      id: Identifier.random(),
      url: url,
      fileName: name,
      contentType: FileNames.contentType(of: name),
      byteCount: 0,
      createdAt: now,
      isHosted: false,
      isComplete: true
    )
  }

  /// An attachment that was uploaded; it can be fetched from the sandbox.
  mutating func stored(_ file: RequestParameters.File, at now: Timestamp) -> AttachmentRecord {
    let id = Identifier.random()
    let name = String(file.name.split { $0 == "/" || $0 == "\\" }.last ?? "file")
    let contentType = file.contentType ?? FileNames.contentType(of: name)
    files.put(file.bytes, contentType: contentType, id: id)
    let record = AttachmentRecord(
      id: id,
      url: "\(attachmentsURL)/\(id)/\(FileNames.inURL(name))",
      fileName: name,
      contentType: contentType,
      byteCount: file.bytes.count,
      createdAt: now,
      isHosted: true,
      isComplete: true
    )
    attachments[id] = record
    return record
  }
}

/// Names and types of files.
enum FileNames {
  /// The name as part of a URL: letters, digits, dot, hyphen and underscore only. One of dots alone would lead upwards.
  static func inURL(_ name: String) -> String {
    if name.allSatisfy({ $0 == "." }) { return "_" }
    return String(
      name.prefix(100).map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) ? $0 : "_" }
    )
  }

  static func contentType(of name: String) -> String {
    switch name.split(separator: ".").last?.lowercased() {
    case "jpg", "jpeg": "image/jpeg"
    case "png": "image/png"
    case "gif": "image/gif"
    case "mp4": "video/mp4"
    case "mov": "video/quicktime"
    case "pdf": "application/pdf"
    case "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    case "txt": "text/plain"
    default: "application/octet-stream"
    }
  }
}
