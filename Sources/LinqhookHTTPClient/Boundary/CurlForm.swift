import CCurl

/// A `multipart/form-data` body in libcurl's form.
@safe
final class CurlForm {
  private let form: OpaquePointer

  init(_ parts: [MultipartPart], for easy: CurlEasy) throws(CurlOptionFailure) {
    guard let form = unsafe curl_mime_init(easy.handle) else {
      throw CurlOptionFailure(code: CURLE_OUT_OF_MEMORY)
    }
    unsafe self.form = unsafe form
    for part in parts { try append(part) }
  }

  deinit {
    unsafe curl_mime_free(form)
  }

  /// The form must live as long as the handle.
  func attach(to easy: CurlEasy) throws(CurlOptionFailure) {
    try unsafe ccurl_easy_set_form(easy.handle, form).check()
  }

  private func append(_ part: MultipartPart) throws(CurlOptionFailure) {
    guard let field = unsafe curl_mime_addpart(form) else {
      throw CurlOptionFailure(code: CURLE_OUT_OF_MEMORY)
    }
    try unsafe curl_mime_name(field, part.name).check()
    switch part.content {
    case .bytes(let bytes):
      let code = unsafe bytes.withUnsafeBytes { content in
        unsafe curl_mime_data(field, content.baseAddress?.assumingMemoryBound(to: CChar.self), content.count)
      }
      try code.check()
    case .file(let path):
      try unsafe curl_mime_filedata(field, path).check()
    }
    // After the content: a file brings a name of its own.
    if let name = part.fileName { try unsafe curl_mime_filename(field, name).check() }
    if let type = part.contentType { try unsafe curl_mime_type(field, type).check() }
  }
}
