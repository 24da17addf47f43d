import ArgumentParser
import Doctor
import Foundation
import LinqEvents
import LinqhookAuthentication
import LinqhookConfiguration
import LinqhookHTTPClient
import ShownText

/// `linqhook doctor`.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Checks the whole way of an event, from the public address to the handlers.",
    discussion: """
      Prints a line for each thing it looked at: [+] good, [!] look at it, [-] events are lost or do not arrive,
      with what to do. It posts signed events of the type linqhook.probe to the public address and looks for them in
      the inbox; they are stored and handed to no handler. The exit status is 1 where there is a [-].

      With a token of Linq's API it finds the public address by itself. Without a token and without --url only this
      machine is looked at.

      Run it on the receiver's machine, as a user that may read its secrets and its inbox.

      Example:
        sudo -u linqhook linqhook doctor --url https://hooks.example.com/webhooks/linq
      """
  )

  @Option(
    help:
      "The address that Linq posts to; by default that of the subscription to one of the receiver's paths."
  )
  var url: String?

  @Option(help: "A file of PEM certificates that are trusted beside the system's.")
  var caFile: String?

  @Flag(help: "Print the findings as JSON on one line.")
  var json = false

  @OptionGroup var configuration: ConfigurationOption

  func validate() throws {
    guard let url else { return }
    guard let parts = URL(string: url), ["http", "https"].contains(parts.scheme?.lowercased() ?? ""),
      parts.host?.isEmpty == false
    else { throw ValidationError("--url must be an http or https URL, as Linq has it in the subscription.") }
  }

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let report = FindingReport(isJSON: json)
      try await examine(report)
      try report.finish()
      guard report.isGood else {
        throw CommandFailure(.notReady, "\(report.problemCount) of these keep events from arriving.")
      }
    }
  }

  private func examine(_ report: FindingReport) async throws(CommandFailure) {
    let loaded: LoadedSettings
    do throws(CommandFailure) { loaded = try configuration.load(isCheck: true) } catch {
      try report.add(Finding(.problem, "configuration", error.message))
      return
    }
    let settings = loaded.settings
    try report.add(MachineExamination.configuration(loaded))
    try report.add(MachineExamination.programs(settings))
    try report.add(MachineExamination.disk(settings))
    if let clock = ClockReading.kernel(isSynchronized: KernelClock.isSynchronized) { try report.add(clock) }
    let channel = try OperatorChannel.live(inboxPath: settings.inbox.path)
    let isRunning = try await ReceiverExamination(channel: channel).run(report)
    let client = try client()
    let subscriptions = SubscriptionExamination(settings: settings, url: url, client: client)
    let publicURL = try Self.address(url, foundAt: try await subscriptions.run(report), report)
    if isRunning || publicURL != nil {
      try await PathExaminations(
        settings: settings,
        url: publicURL,
        client: client,
        lookup: OperatorLookup(channel: isRunning ? channel : nil)
      ).run(report, isRunning: isRunning)
    }
    await client.shutdown()
    await channel.close()
  }

  /// The address that was named, else the only one that Linq has of this receiver.
  private static func address(_ named: String?, foundAt found: [String], _ report: FindingReport)
    throws(CommandFailure) -> String?
  {
    guard named == nil else { return named }
    if found.count > 1 {
      let list = found.joined(separator: ", ")
      try report.add(
        Finding(
          .warning,
          "public address",
          "Linq's subscriptions have several for the paths of this receiver: \(list). Say by --url which is its own."
        )
      )
    } else if let only = found.first {
      try report.add(Finding(.good, "public address", "\(only), as Linq's subscription has it."))
      return only
    }
    return nil
  }

  private func client() throws(CommandFailure) -> HTTPClient {
    do {
      return try HTTPClient(
        HTTPClientConfiguration(
          certificateAuthorityFile: caFile,
          userAgent: "linqhook-doctor",
          readsCertificates: true
        )
      )
    } catch { throw CommandFailure(.badConfiguration, error.description) }
  }
}

/// Prints findings as they come, or all at the end as JSON.
final class FindingReport {
  private let isJSON: Bool
  private var findings: [Finding] = []

  init(isJSON: Bool) { self.isJSON = isJSON }

  var problemCount: Int { findings.count { $0.level == .problem } }
  var isGood: Bool { problemCount == 0 }

  func add(_ finding: Finding) throws(CommandFailure) {
    findings.append(finding)
    if !isJSON { try Terminal.print(Shown.line(finding.line)) }
  }

  func add(_ findings: [Finding]) throws(CommandFailure) { for finding in findings { try add(finding) } }

  func finish() throws(CommandFailure) {
    guard isJSON else { return }
    let list = findings.map { finding -> JSONValue in
      [
        "level": JSONValue(finding.level.rawValue), "area": JSONValue(finding.area),
        "text": JSONValue(finding.text),
      ]
    }
    let object: JSONValue = ["findings": .array(list)]
    try Terminal.print(json: String(decoding: object.compactBytes, as: UTF8.self))
  }
}
