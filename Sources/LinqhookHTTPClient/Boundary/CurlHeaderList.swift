import CCurl

/// A request's header lines in libcurl's form.
@safe
final class CurlHeaderList {
  private var first: UnsafeMutablePointer<curl_slist>?

  init(_ request: OutgoingRequest) throws(CurlOptionFailure) {
    // A name with nothing behind the colon takes away what libcurl would add by itself.
    try append("Expect:")
    if !request.isMultipart && !request.names("content-type") {
      try append("Content-Type:")
    }
    for field in request.headers {
      try append(field.line)
    }
  }

  deinit {
    unsafe curl_slist_free_all(first)
  }

  /// The list must live as long as the handle.
  func attach(to easy: CurlEasy) throws(CurlOptionFailure) {
    try unsafe ccurl_easy_set_list(easy.handle, CURLOPT_HTTPHEADER, first).check()
  }

  private func append(_ line: String) throws(CurlOptionFailure) {
    guard let extended = unsafe curl_slist_append(first, line) else {
      throw CurlOptionFailure(code: CURLE_OUT_OF_MEMORY)
    }
    unsafe first = unsafe extended
  }
}

extension OutgoingRequest {
  fileprivate var isMultipart: Bool {
    if case .multipart = body { true } else { false }
  }

  fileprivate func names(_ lowercasedName: String) -> Bool {
    headers.contains { $0.name.lowercased() == lowercasedName }
  }
}

extension HTTPField {
  /// As libcurl wants it: an empty value is written with a semicolon, since a colon alone removes the line.
  fileprivate var line: String {
    value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? "\(name);" : "\(name): \(value)"
  }
}
