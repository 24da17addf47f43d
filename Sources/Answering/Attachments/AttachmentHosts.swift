import LinqhookHTTPClient
import ShownText

/// From where attachments may be fetched: `https` and named hosts. Addresses are judged by the HTTP client, connection by
/// connection.
struct AttachmentHosts: Sendable {
  /// Hosts, or all below one as `*.example.com`.
  let patterns: [String]
  /// Whether this machine may be asked, unencrypted too: a stand-in for Linq runs here.
  let allowsLoopback: Bool

  /// Why a URL is not fetched; nil where it may be.
  func objection(to url: WebURL) -> String? {
    if url.hasCredentials { return "The attachment's URL has credentials in it." }
    if allowsLoopback, Self.isLoopback(url.host) { return nil }
    guard url.scheme == "https" else { return "The attachment's URL is not encrypted (https)." }
    guard patterns.contains(where: { Self.matches($0.lowercased(), url.host) }) else {
      return
        "The attachment is at \(Shown.line(url.host.prefix(100))), which is not among linq.attachment_hosts."
    }
    return nil
  }

  /// The same for where a redirect leads. This machine is no place to be sent to, unless one is there already.
  func objection(toRedirect url: WebURL, from origin: WebURL) -> String? {
    if url.scheme == origin.scheme, url.host == origin.host, url.port == origin.port, !url.hasCredentials {
      return nil
    }
    let strict = AttachmentHosts(patterns: patterns, allowsLoopback: false)
    return strict.objection(to: url).map { _ in
      "The attachment's URL leads to another host, which is not followed."
    }
  }

  private static func matches(_ pattern: String, _ host: String) -> Bool {
    guard pattern.hasPrefix("*.") else { return pattern == host }
    let end = pattern.dropFirst()
    return host.hasSuffix(end) && host.utf8.count > end.utf8.count
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "[::1]"
      || host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isNumber }
  }
}
