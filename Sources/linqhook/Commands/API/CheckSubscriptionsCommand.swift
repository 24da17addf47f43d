import ArgumentParser
import Configuration
import LinqAPI
import LinqEvents
import ShownText

/// `linqhook api subscriptions check`.
struct CheckSubscriptionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compares what Linq sends with what the local configuration expects.",
    discussion: """
      Says one sentence for each subscription that is inactive, unsigned, or posts somewhere else, for events
      that no handler wants, for events that a handler waits for in vain, and for subscriptions that deliver
      twice. The exit status is then 78.

      Example:
        linqhook api subscriptions check --url https://hooks.example.com/webhooks/linq
      """
  )

  @Option(help: "The URL under which Linq reaches this receiver; without it only its path is compared.")
  var url: String?

  @OptionGroup var configuration: ConfigurationOption
  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let settings = try configuration.load().settings
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.subscriptions()
      }
      let findings = audit(settings).findings(in: answer.value)
      if options.json {
        let list = findings.map(JSONText.quoted).joined(separator: ",")
        try Terminal.print(json: "{\"findings\":[\(list)]}")
      } else {
        for finding in findings { try Terminal.print(Shown.line(finding)) }
      }
      guard findings.isEmpty else {
        throw CommandFailure(
          .badConfiguration,
          "Linq and the local configuration do not fit in \(findings.count) "
            + (findings.count == 1 ? "point." : "points.")
        )
      }
      Terminal.say("Linq and the local configuration fit.")
    }
  }

  private func audit(_ settings: Settings) -> SubscriptionAudit {
    SubscriptionAudit(
      paths: Dictionary(
        settings.endpoints.map { ($0.path, !$0.allowsUnsigned) },
        uniquingKeysWith: { $0 || $1 }
      ),
      publicURL: url,
      handlers: settings.handlers.map { SubscriptionAudit.Handler(name: $0.name, events: $0.events) }
    )
  }
}
