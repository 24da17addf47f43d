/// The rule for URLs in a request.
enum WebhookURL {
  static func isAbsolute(_ text: String) -> Bool {
    let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 && ["http", "https"].contains(parts[0].lowercased())
      && parts[1].first.map { $0 != "/" } == true && !text.contains(where: \.isWhitespace)
  }
}
