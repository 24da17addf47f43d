import LinqhookHTTPClient

/// Says why no answer came from the public address.
struct FailureReading {
  let error: HTTPClientError
  let host: String

  var finding: Finding {
    switch error.code {
    case .resolve:
      Finding(
        .problem,
        "name",
        "\(host) does not resolve. Linq does not repeat an event after that: it is lost. Add the DNS record, and keep it while a subscription names this host. \(error.description)"
      )
    case .tls: Finding(.problem, "certificate", certificate)
    case .connect:
      Finding(
        .problem,
        "connection",
        "\(host) refuses connections or cannot be reached. Check that the proxy runs, and the firewall. \(error.description)"
      )
    case .timeout:
      Finding(
        .problem,
        "connection",
        "\(host) did not answer in time. Linq gives up after 10 s. Check the firewall, the proxy, and its address of the receiver. \(error.description)"
      )
    case .invalidURL: Finding(.problem, "url", error.description)
    default: Finding(.problem, "connection", error.description)
    }
  }

  private var certificate: String {
    let words = error.description.lowercased()
    let cause =
      if words.contains("has expired") {
        "the certificate of \(host) has expired. Renew it, and see why it was not renewed by itself."
      } else if words.contains("not yet valid") {
        "the certificate of \(host) is not valid yet. Check the clock of this machine and of the proxy."
      } else if words.contains("no alternative certificate subject name") || words.contains("does not match")
      {
        "the certificate is for another name than \(host). Get one for this name, or correct the proxy's server name."
      } else if words.contains("self-signed") || words.contains("self signed") {
        "the certificate of \(host) is signed by itself; Linq trusts public authorities only. Get one from, for example, Let's Encrypt."
      } else if words.contains("unable to get local issuer") || words.contains("unable to verify") {
        "the certificate of \(host) has no chain to a trusted authority. Serve the full chain (fullchain.pem), not the certificate alone."
      } else if words.contains("wrong version number") || words.contains("packet length too long") {
        "\(host) does not speak TLS on this port. Check the port, and that the proxy serves https there."
      } else {
        "no trusted TLS connection to \(host)."
      }
    return "\(cause) Linq cannot deliver there. \(error.description)"
  }
}
