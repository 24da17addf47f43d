import ArgumentParser
import LinqAPI

/// `linqhook api subscriptions create`.
struct CreateSubscriptionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Creates a webhook subscription, and a signing secret for it if there is none yet.",
    discussion: """
      The secret is read from --secret-file. If that file does not exist, a secret is made and stored there
      with mode 0600 before it is sent to Linq; if Linq refuses it, the file stays for the next try.

      Example:
        linqhook api subscriptions create --url https://hooks.example.com/webhooks/linq \\
          --events message.received,reaction.* --secret-file /etc/linqhook/secret
      """
  )

  @Option(help: "Where Linq posts events.")
  var url: String

  @OptionGroup var selection: EventSelection

  @Option(help: "The file with the signing secret; it is created if it does not exist.")
  var secretFile: String

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let events = try selection.resolve() ?? WebhookSubscription.subscribableEvents
      let secret = try SecretFile.readOrMake(secretFile)
      if secret.isNew { Terminal.say("A new secret is in \(secret.path), readable only by its owner.") }
      let draft = WebhookSubscriptionDraft(webhookURL: url, events: events, secret: secret.text)
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.createSubscription(draft)
      }
      if options.json {
        try Terminal.print(json: answer.json)
      } else {
        try SubscriptionsCommand.print([answer.value])
      }
      Terminal.say("The line for the endpoint in the configuration:\n    secrets: [file:\(secret.path)]")
    }
  }
}
