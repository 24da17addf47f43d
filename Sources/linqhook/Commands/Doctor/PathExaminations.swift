import Doctor
import Foundation
import LinqEvents
import LinqhookAuthentication
import LinqhookConfiguration
import LinqhookHTTPClient

/// Walks the way of an event from this machine's own address, and from the public one.
struct PathExaminations {
  let settings: Settings
  let url: String?
  let client: HTTPClient
  let lookup: OperatorLookup

  func run(_ report: FindingReport, isRunning: Bool) async throws(CommandFailure) {
    if isRunning {
      for endpoint in settings.endpoints { try await examineLocally(endpoint, report) }
    }
    guard let url else {
      try report.add(
        Finding(.warning, "public address", "not looked at. Give the address that Linq posts to by --url.")
      )
      return
    }
    guard let endpoint = endpoint(of: url) else {
      let paths = settings.endpoints.map(\.path).joined(separator: ", ")
      try report.add(
        Finding(
          .problem,
          "url",
          "the path of \(url) is none of the receiver's endpoints (\(paths)). Correct one of them."
        )
      )
      return
    }
    guard let examined = try examined(endpoint, report) else { return }
    if url.lowercased().hasPrefix("http:") {
      try report.add(Finding(.warning, "url", "it is http. Linq posts to https addresses only."))
    }
    var path = examination(url, nil, examined)
    let findings = await path.run()
    try report.add(findings.map { Finding($0.level, "public \($0.area)", $0.text) })
    if !findings.contains(where: { $0.level == .problem }) { try report.add(await path.bodyLimit()) }
  }

  /// From the address of `listen`, so that a fault of the receiver is not taken for one of the proxy.
  private func examineLocally(_ endpoint: EndpointSettings, _ report: FindingReport)
    async throws(CommandFailure)
  {
    guard let examined = try examined(endpoint, report) else { return }
    let address: (url: String, socket: String?)
    switch settings.listen {
    case .tcp(_, 0), .systemd: return
    case .tcp(let host, let port):
      address = ("http://\(HealthTarget.reachable(host)):\(port)\(endpoint.path)", nil)
    case .unix(let socket): address = ("http://localhost\(endpoint.path)", socket)
    }
    var path = examination(address.url, address.socket, examined)
    // That it is quick from here is no news.
    for finding in await path.run() where finding.area != "time" || finding.level != .good {
      try report.add(Finding(finding.level, "local \(endpoint.path) \(finding.area)", finding.text))
    }
  }

  private func examination(
    _ url: String,
    _ socket: String?,
    _ endpoint: ExaminedEndpoint
  ) -> PathExamination<OperatorLookup> {
    PathExamination(
      url: url,
      unixSocketPath: socket,
      endpoint: endpoint,
      client: client,
      lookup: lookup,
      nowMilliseconds: { Int64(Date().timeIntervalSince1970 * 1000) }
    )
  }

  /// The endpoint of that path; a receiver with one endpoint may be behind a proxy that rewrites paths.
  private func endpoint(of url: String) -> EndpointSettings? {
    let path = URL(string: url)?.path ?? ""
    let same = settings.endpoints.first { $0.path == path || $0.path + "/" == path }
    return same ?? (settings.endpoints.count == 1 ? settings.endpoints.first : nil)
  }

  private func examined(_ endpoint: EndpointSettings, _ report: FindingReport) throws(CommandFailure)
    -> ExaminedEndpoint?
  {
    let text = endpoint.secrets.first?.text.reveal() ?? ""
    let secret = try? Secret(text)
    guard secret != nil || endpoint.allowsUnsigned else {
      try report.add(
        Finding(
          .warning,
          "secret",
          "the secret of \(endpoint.path) cannot be read here, so nothing was sent there. Run doctor as the receiver's user, with its environment."
        )
      )
      return nil
    }
    return ExaminedEndpoint(
      path: endpoint.path,
      secret: secret,
      schemes: endpoint.schemes.compactMap { SignatureScheme(rawValue: $0.rawValue) },
      maxBodyBytes: endpoint.maxBodyBytes,
      toleranceSeconds: endpoint.tolerance / .seconds(1)
    )
  }
}
