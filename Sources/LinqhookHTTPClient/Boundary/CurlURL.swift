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

  /// The parts of a URL, or of the one that a reference leads to from it.
  static func read(_ url: String, followedBy reference: String? = nil) throws(HTTPClientError) -> WebURL {
    let parsed = try CurlURL(url)
    if let reference { try parsed.take(reference) }
    guard let scheme = parsed.part(CURLUPART_SCHEME), ["http", "https"].contains(scheme),
      let host = parsed.part(CURLUPART_HOST), let text = parsed.part(CURLUPART_URL)
    else { throw .unusableURL }
    return WebURL(
      text: reference == nil ? url : text,
      scheme: scheme,
      host: host.lowercased(),
      port: parsed.part(CURLUPART_PORT).flatMap { Int($0) },
      hasCredentials: parsed.part(CURLUPART_USER) != nil || parsed.part(CURLUPART_PASSWORD) != nil
    )
  }

  private init(_ url: String) throws(HTTPClientError) {
    guard let handle = unsafe curl_url() else { throw .outOfResources }
    unsafe self.handle = unsafe handle
    try take(url)
  }

  deinit {
    unsafe curl_url_cleanup(handle)
  }

  /// Takes a URL; one that is relative leads on from the one before.
  private func take(_ url: String) throws(HTTPClientError) {
    let hasControls = url.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    guard !hasControls, unsafe curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK else {
      throw .unusableURL
    }
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
