import ArgumentParser
import LinqAPI

/// `linqhook api subscriptions update`.
struct UpdateSubscriptionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Changes a webhook subscription; options that are not given leave it as it is.",
    discussion: """
      Example:
        linqhook api subscriptions update 1042 --inactive
      """
  )

  enum Activity: String, EnumerableFlag {
    case active
    case inactive
  }

  @Argument(help: "The subscription's id, from the output of list.")
  var id: ResourceID

  @Option(help: "Where Linq posts events.")
  var url: String?

  @OptionGroup var selection: EventSelection

  @Option(help: "A file with a new signing secret; it is created if it does not exist.")
  var secretFile: String?

  @Flag(help: "Turn the subscription on or off.")
  var activity: Activity?

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let events = try selection.resolve()
      let secret = try secretFile.map { path throws(CommandFailure) in try SecretFile.readOrMake(path) }
      let all = try await options.withClient { client async throws(LinqAPIError) in
        try await client.subscriptions()
      }
      // The call replaces the whole subscription, so it must contain the unchanged parts, too.
      guard let present = all.value.first(where: { $0.id == id }) else {
        throw CommandFailure(.badData, "There is no subscription \(id). See: linqhook api subscriptions list")
      }
      let draft = WebhookSubscriptionDraft(
        webhookURL: url ?? present.webhookURL,
        events: events ?? present.events,
        isActive: activity.map { $0 == .active } ?? present.isActive,
        version: present.version ?? 2,
        secret: secret?.text
      )
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.updateSubscription(id, to: draft)
      }
      if options.json {
        try Terminal.print(json: answer.json)
      } else {
        try SubscriptionsCommand.print([answer.value])
      }
      if let secret {
        Terminal.say("The line for the endpoint in the configuration:\n    secrets: [file:\(secret.path)]")
      }
    }
  }
}
