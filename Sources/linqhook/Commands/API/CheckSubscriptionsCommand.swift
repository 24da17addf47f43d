import ArgumentParser
import LinqAPI
import LinqEvents
import LinqhookConfiguration
import LinqhookDaemon
import ShownText

/// `linqhook api subscriptions check`.
struct CheckSubscriptionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compares Linq's subscriptions with the local configuration.",
    discussion: """
      Prints a sentence for each subscription that is inactive, is unsigned, posts somewhere else, or delivers
      the same events as another, for event types that no handler wants, and for event types that a handler
      wants and no subscription sends. The exit status is 78 if there is any.

      Example:
        linqhook api subscriptions check --url https://hooks.example.com/webhooks/linq
      """
  )

  @Option(help: "The public URL of this receiver; without it only paths are compared.")
  var url: String?

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let settings = try options.configuration.load().settings
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.subscriptions()
      }
      let audit = SubscriptionAudit(settings, publicURL: url, version: try options.version())
      let findings = audit.findings(in: answer.value)
      if options.json {
        let list = findings.map(JSONText.quoted).joined(separator: ",")
        try Terminal.print(json: "{\"findings\":[\(list)]}")
      } else {
        for finding in findings { try Terminal.print(Shown.line(finding)) }
      }
      guard findings.isEmpty else {
        throw CommandFailure(
          .badConfiguration,
          "Linq's subscriptions do not match the local configuration: \(findings.count) "
            + (findings.count == 1 ? "problem." : "problems.")
        )
      }
      Terminal.say("Linq's subscriptions match the local configuration.")
    }
  }
}
