import CCurl

/// libcurl's own reading of a URL, so that what is checked is what is used.
@safe
final class CurlURL {
  private let handle: OpaquePointer

  /// Scheme, host and port of a URL, the part of it that may be shown.
  static func origin(of url: String) throws(HTTPClientError) -> String {
    let parsed = try CurlURL(url)
    guard let scheme = parsed.part(CURLUPART_SCHEME), ["http", "https"].contains(scheme),
      let host = parsed.part(CURLUPART_HOST)
    else { throw .unusableURL }
    guard let port = parsed.part(CURLUPART_PORT) else { return "\(scheme)://\(host)" }
    return "\(scheme)://\(host):\(port)"
  }

  private init(_ url: String) throws(HTTPClientError) {
    guard let handle = unsafe curl_url() else { throw .outOfResources }
    unsafe self.handle = unsafe handle
    let hasControls = url.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    guard !hasControls, unsafe curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK else {
      throw .unusableURL
    }
  }

  deinit {
    unsafe curl_url_cleanup(handle)
  }

  private func part(_ part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
  }
}

extension HTTPClientError {
  fileprivate static let unusableURL = HTTPClientError(
    .invalidURL,
    "The URL is not an absolute http or https URL. Write it as https://host/path, blanks percent-encoded."
  )
}
