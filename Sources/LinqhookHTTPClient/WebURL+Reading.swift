extension WebURL {
  /// Reads a URL; `invalidURL` for what is none.
  public init(_ text: String) throws(HTTPClientError) { self = try CurlURL.read(text) }

  /// The URL that a reference leads to from here, such as the `Location` of a redirect.
  public func resolving(_ reference: String) throws(HTTPClientError) -> WebURL {
    try CurlURL.read(text, followedBy: reference)
  }
}
