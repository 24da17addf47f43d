import ArgumentParser
import Foundation
import LinqhookConfiguration
import LinqhookHTTPClient

/// `linqhook health`: for a container's HEALTHCHECK and for scripts.
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Asks the admin address whether the receiver is ready.",
    discussion: """
      The exit status is 0 if it is and 1 if it is not.

      Example:
        linqhook health --url http://127.0.0.1:9464
      """
  )

  @OptionGroup var configuration: ConfigurationOption

  @Option(help: "The admin address's URL; by default the configuration's. Without a path /readyz is asked.")
  var url: String?

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let target = try target()
      let client = try CommandClient()
      let request = OutgoingRequest(
        method: "GET",
        url: target.url,
        unixSocketPath: target.unixSocketPath,
        timeout: .seconds(5)
      )
      let status: Int
      do throws(CommandFailure) { status = try await client.send(request).status } catch {
        throw CommandFailure(.notReady, error.message)
      }
      await client.shutdown()
      guard status == 200 else {
        throw CommandFailure(.notReady, "The receiver is not ready: \(target.url) answered \(status).")
      }
      try Terminal.print("ready")
    }
  }

  private func target() throws(CommandFailure) -> HealthTarget {
    if let url { return HealthTarget(url: HealthTarget.withPath(url), unixSocketPath: nil) }
    switch try configuration.adminListen() {
    case .tcp(let host, let port):
      return HealthTarget(url: "http://\(HealthTarget.reachable(host)):\(port)/readyz", unixSocketPath: nil)
    case .unix(let path): return HealthTarget(url: "http://localhost/readyz", unixSocketPath: path)
    case .systemd, nil:
      throw CommandFailure(
        .usage,
        "The configuration has no admin address to ask. Set admin.listen, or give --url."
      )
    }
  }
}

/// Where to ask.
struct HealthTarget {
  let url: String
  let unixSocketPath: String?

  /// `/readyz` where the URL has no path of its own.
  static func withPath(_ url: String) -> String {
    let scheme = url.range(of: "://")?.upperBound ?? url.startIndex
    guard let slash = url[scheme...].firstIndex(of: "/") else { return url + "/readyz" }
    return url[slash...] == "/" ? url + "readyz" : url
  }

  /// A wildcard address is listened on, not connected to.
  static func reachable(_ host: String) -> String {
    switch host {
    case "0.0.0.0": "127.0.0.1"
    case "::": "[::1]"
    default: host.contains(":") ? "[\(host)]" : host
    }
  }
}
