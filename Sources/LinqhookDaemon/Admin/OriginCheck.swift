import Foundation
import MicroHTTP

/// Whether a request to the inspector or the API comes from a page of this address. It needs the token anyway; this keeps
/// other web pages from leading a browser here at all, under a name of their own (DNS rebinding) or across sites.
struct OriginCheck {
  /// Names that are right beside addresses in digits and `localhost`.
  let hosts: [String]

  /// Nil where nothing is wrong, and for health and metrics, which Prometheus reaches by any name.
  func refusal(of request: HTTPSnapshot) -> HTTPResponse? {
    let isInspector = request.path == "/" || request.path.hasPrefix("/inspector")
    guard isInspector || request.path.hasPrefix("/api/") else { return nil }
    guard isOwn(host: request.header("Host") ?? "") else { return Self.otherHost }
    guard !["GET", "HEAD"].contains(request.method), let site = request.header("Sec-Fetch-Site") else {
      return nil
    }
    return ["same-origin", "none"].contains(site) ? nil : Self.otherSite
  }

  /// No web page can make an address in digits its own name.
  private func isOwn(host: String) -> Bool {
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]"), Self.isPort(host[host.index(after: end)...]) else {
        return false
      }
      return host[..<end].dropFirst().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }
    let name = host.prefix { $0 != ":" }
    guard Self.isPort(host[name.endIndex...]) else { return false }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) { return true }
    let lowercased = name.lowercased()
    return lowercased == "localhost" || hosts.contains(lowercased)
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty || (text.first == ":" && text.dropFirst().allSatisfy(\.isNumber))
  }

  private static let otherHost = HTTPResponse(
    status: 421,
    json: #"{"error":"other_host","detail":"This name is not in admin.hosts; use an address or add it."}"#
  )

  private static let otherSite = HTTPResponse(
    status: 403,
    json:
      #"{"error":"other_site","detail":"Only the inspector's own page may change something from a browser."}"#
  )
}
