import ArgumentParser
import LinqAPI

/// `linqhook api subscriptions create`.
struct CreateSubscriptionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Makes a webhook subscription and keeps its signing secret in a file.",
    discussion: """
      V3: Linq makes the secret and shows it once. It goes into --secret-file, a new file, before anything else
      is done. The URL gets ?version=2026-02-03 unless it names a version.

      V2: the secret in --secret-file is given to Linq. When that file does not exist, a secret is made and
      stored there before Linq hears of it; when Linq refuses, the file stays for the next try.

      A new file has mode 0600. Made by root, it belongs to the owner of its folder; in a folder of root that is
      open to one group only, such as /etc/linqhook, it has that group and mode 0640.

      Example:
        linqhook api subscriptions create --url https://hooks.example.com/webhooks/linq \\
          --events message.received,reaction.* --secret-file /etc/linqhook/secret
      """
  )

  @Option(help: "Where Linq posts events.")
  var url: String

  @OptionGroup var selection: EventSelection

  @Option(help: "The file for the signing secret.")
  var secretFile: String

  @Option(help: "Only events of this line. May be repeated; V3 only.")
  var number: [String] = []

  @Option(help: "The header of an answer by which later events of a chat come to the same place; V3 only.")
  var routingKeyHeader: String?

  @Option(help: "The header that has the chat while no routing key is known; V3 only.")
  var routingIDHeader: String?

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let version = try options.version()
      let events = try selection.resolve(version) ?? WebhookSubscription.subscribableEvents(version)
      let draft = WebhookSubscriptionDraft(
        webhookURL: version == .v3 ? PayloadVersion.added(to: url) : url,
        events: events,
        phoneNumbers: try number.map { text throws(CommandFailure) in try PhoneNumber(argument: text) },
        routingKeyHeader: routingKeyHeader,
        routingIDHeader: routingIDHeader
      )
      switch version {
      case .v2: try await createV2(draft)
      case .v3: try await createV3(draft)
      }
    }
  }

  private func createV2(_ draft: WebhookSubscriptionDraft) async throws(CommandFailure) {
    guard number.isEmpty, routingKeyHeader == nil, routingIDHeader == nil else {
      throw CommandFailure(
        .usage,
        "Partner API V2 has no filter of lines and no routing headers. Use --api v3."
      )
    }
    let secret = try SecretFile.readOrMake(secretFile)
    if secret.readers != nil { Terminal.say("Made a secret in \(secret.path).") }
    var draft = draft
    draft.secret = secret.text
    let asked = draft
    let response = try await options.withClient { client async throws(LinqAPIError) in
      try await client.createSubscription(asked)
    }
    try report(response, secretPath: secret.path, secret.readers)
  }

  /// The place for the secret is made first: a subscription whose secret could not be kept is of no use.
  private func createV3(_ draft: WebhookSubscriptionDraft) async throws(CommandFailure) {
    let file = try SecretFile.reserve(secretFile)
    let response: APIResponse<WebhookSubscription>
    do throws(CommandFailure) {
      response = try await options.withClient { client async throws(LinqAPIError) in
        try await client.createSubscription(draft)
      }
    } catch {
      file.giveBack()
      throw error
    }
    guard let secret = response.value.signingSecret else {
      file.giveBack()
      throw CommandFailure(
        .unavailable,
        "Linq made subscription \(response.value.id) and told no secret, so its events cannot be verified. "
          + "Delete it with: linqhook api subscriptions delete \(response.value.id)"
      )
    }
    do throws(CommandFailure) { try file.write(secret) } catch {
      // Linq shows the secret once: without it the subscription would only send what is refused here.
      try? await options.withClient { client async throws(LinqAPIError) in
        try await client.deleteSubscription(response.value.id)
      }
      file.giveBack()
      throw error
    }
    try report(response, secretPath: file.path, file.readers)
  }

  private func report(
    _ response: APIResponse<WebhookSubscription>,
    secretPath: String,
    _ readers: SecretFileReaders?
  ) throws(CommandFailure) {
    if options.json {
      try Terminal.print(response.json)
    } else {
      try SubscriptionsCommand.print([response.value])
    }
    if let sentence = readers?.sentence(secretPath) { Terminal.say(sentence) }
    Terminal.say("In the configuration, the endpoint's line is:\n    secrets: [file:\(secretPath)]")
  }
}
