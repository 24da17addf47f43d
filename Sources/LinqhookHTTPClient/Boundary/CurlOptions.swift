import CCurl

/// An option that libcurl did not take: no memory, or a build without it.
struct CurlOptionFailure: Error {
  var code: CURLcode

  var error: HTTPClientError {
    if code == CURLE_OUT_OF_MEMORY { return .outOfResources }
    return HTTPClientError(
      .other,
      "libcurl refused a setting (code \(code.rawValue)). linqhook needs libcurl 7.88 or newer with OpenSSL."
    )
  }
}

extension CURLcode {
  func check() throws(CurlOptionFailure) {
    if self != CURLE_OK { throw CurlOptionFailure(code: self) }
  }
}

extension CurlEasy {
  func set(_ option: CURLoption, _ value: Int) throws(CurlOptionFailure) {
    try unsafe ccurl_easy_set_long(handle, option, value).check()
  }

  func set(_ option: CURLoption, _ value: String) throws(CurlOptionFailure) {
    try unsafe ccurl_easy_set_string(handle, option, value).check()
  }

  func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) throws(CurlOptionFailure) {
    try unsafe ccurl_easy_set_pointer(handle, option, value).check()
  }

  /// What holds for every request. Everything that libcurl would take from its surroundings is turned off.
  func setPolicy(_ configuration: HTTPClientConfiguration) throws(CurlOptionFailure) {
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_HTTP_VERSION, ccurl_http_version_1_1)
    try set(CURLOPT_HTTP09_ALLOWED, 0)
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_NOPROXY, "*")
    try set(CURLOPT_NETRC, ccurl_netrc_ignored)
    try set(CURLOPT_NOSIGNAL, 1)
    // Without it the end of a transfer waits on this thread for a name server that does not answer.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, Int(configuration.connectTimeout / .milliseconds(1)))
    try set(CURLOPT_USERAGENT, configuration.userAgent)
    try set(CURLOPT_SSLVERSION, ccurl_tls_1_2)
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    if configuration.readsCertificates { try set(CURLOPT_CERTINFO, 1) }
    if let file = configuration.certificateAuthorityFile {
      // This replaces the system's bundle, but not its directory of the same certificates (CURLOPT_CAPATH).
      try set(CURLOPT_CAINFO, file)
    }
  }

  /// A server that has stalled must not hold a file for as long as a large one may take.
  func setLowestSpeed(_ request: OutgoingRequest) throws(CurlOptionFailure) {
    let isUpload = if case .file = request.body { true } else { false }
    guard isUpload || request.download != nil else { return }
    try set(CURLOPT_LOW_SPEED_LIMIT, 1024)
    try set(CURLOPT_LOW_SPEED_TIME, 30)
  }

  func setTarget(_ request: OutgoingRequest) throws(CurlOptionFailure) {
    try set(CURLOPT_URL, request.url)
    if let path = request.unixSocketPath {
      try set(CURLOPT_UNIX_SOCKET_PATH, path)
    }
  }

  func setEmptyBody(method: String) throws(CurlOptionFailure) {
    switch method {
    case "HEAD": try set(CURLOPT_NOBODY, 1)
    case "POST", "PUT", "PATCH": try setBody([])
    default: try set(CURLOPT_HTTPGET, 1)
    }
  }

  func setBody(_ bytes: [UInt8]) throws(CurlOptionFailure) {
    try set(CURLOPT_POST, 1)
    try unsafe ccurl_easy_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)).check()
    // Copied, so that no pointer into the array outlives this call.
    let code = unsafe bytes.withUnsafeBytes { body in
      unsafe ccurl_easy_set_string(
        handle,
        CURLOPT_COPYPOSTFIELDS,
        body.baseAddress?.assumingMemoryBound(to: CChar.self)
      )
    }
    try code.check()
  }
}
