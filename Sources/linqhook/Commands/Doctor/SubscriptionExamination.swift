import Doctor
import Foundation
import LinqAPI
import LinqhookConfiguration
import LinqhookDaemon
import LinqhookHTTPClient

/// What Linq has: its subscriptions, and its clock. Only with a token.
struct SubscriptionExamination {
  let settings: Settings
  let url: String?
  let client: HTTPClient

  /// - Returns: The addresses under which Linq has this receiver, where it could be asked.
  func run(_ report: FindingReport) async throws(CommandFailure) -> [String] {
    guard let token = settings.linq.token else {
      try report.add(
        Finding(
          .warning,
          "subscription",
          "not looked at. Set `linq.token` or LINQ_INTEGRATION_TOKEN to have it compared."
        )
      )
      return []
    }
    try await compareClocks(report)
    let findings: [String]
    let addresses: [String]
    do throws(LinqAPIError) {
      let linq = try LinqClient(
        settings.linq,
        token: token,
        http: client,
        timeout: .seconds(15),
        maxWait: .seconds(5)
      )
      let subscriptions = try await linq.subscriptions().value
      let audit = SubscriptionAudit(settings, publicURL: url, version: APIVersion(settings.linq.api))
      findings = audit.findings(in: subscriptions)
      addresses = audit.publicURLs(in: subscriptions)
    } catch {
      try report.add(
        Finding(.problem, "subscription", "Linq's API could not be asked. \(error.description)")
      )
      return []
    }
    for finding in findings { try report.add(Finding(.problem, "subscription", finding)) }
    if findings.isEmpty {
      try report.add(Finding(.good, "subscription", "Linq's subscriptions fit this receiver."))
    }
    return addresses
  }

  /// By the `Date` of whatever Linq's API answers.
  private func compareClocks(_ report: FindingReport) async throws(CommandFailure) {
    let address = settings.linq.url
    let askedAt = Int64(Date().timeIntervalSince1970 * 1000)
    guard let answer = try? await client.send(OutgoingRequest(method: "GET", url: address)) else { return }
    let finding = ClockReading.compare(
      dateHeader: answer.header("Date"),
      with: URL(string: address)?.host ?? "Linq's API",
      askedAtMilliseconds: askedAt,
      toleranceSeconds: settings.endpoints.map { $0.tolerance / .seconds(1) }.min() ?? 300
    )
    if let finding { try report.add(finding) }
  }
}
