import Doctor
import Foundation
import LinqAPI
import LinqhookConfiguration
import LinqhookHTTPClient

/// What Linq has: its subscriptions, and its clock. Only with a token.
struct SubscriptionExamination {
  let settings: Settings
  let url: String?
  let client: HTTPClient

  func run(_ report: FindingReport) async throws(CommandFailure) {
    let environment = ProcessInfo.processInfo.environment
    guard environment["LINQ_INTEGRATION_TOKEN"] != nil || environment["LINQ_INTEGRATION_TOKEN_FILE"] != nil
    else {
      try report.add(
        Finding(.warning, "subscription", "not looked at. Set LINQ_INTEGRATION_TOKEN to have it compared.")
      )
      return
    }
    try await compareClocks(environment, report)
    do throws(CommandFailure) {
      let options = APIOptions.ofEnvironment()
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.subscriptions()
      }
      let audit = CheckSubscriptionsCommand.audit(settings, publicURL: url, version: try options.version())
      let findings = audit.findings(in: answer.value)
      for finding in findings { try report.add(Finding(.problem, "subscription", finding)) }
      if findings.isEmpty {
        try report.add(Finding(.good, "subscription", "Linq's subscriptions fit this receiver."))
      }
    } catch {
      try report.add(Finding(.problem, "subscription", "Linq's API could not be asked. \(error.message)"))
    }
  }

  /// By the `Date` of whatever Linq's API answers.
  private func compareClocks(
    _ environment: [String: String],
    _ report: FindingReport
  ) async throws(CommandFailure) {
    let address = environment["LINQ_API_URL"] ?? "https://api.linqapp.com"
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
