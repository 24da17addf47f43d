import CCurl

/// libcurl as a whole.
enum CurlLibrary {
  /// Whether it is ready; set up at the first use, once in a process (a static is made once).
  static let isReady = ccurl_global_init() == CURLE_OK
}
