import ArgumentParser
import LinqAPI

/// `linqhook api subscriptions update`.
struct UpdateSubscriptionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Changes a webhook subscription; everything that is not named stays as it is.",
    discussion: """
      Example:
        linqhook api subscriptions update 1042 --inactive
      """
  )

  enum Activity: String, EnumerableFlag {
    case active
    case inactive
  }

  @Argument(help: "The subscription's id, as list shows it.")
  var id: ResourceID

  @Option(help: "Where Linq posts events.")
  var url: String?

  @OptionGroup var selection: EventSelection

  @Option(help: "A file with a new signing secret; it is made if it does not exist. V2 only.")
  var secretFile: String?

  @Flag(help: "Turn the subscription on or off.")
  var activity: Activity?

  @Option(help: "Only events of this line, or all for every line. May be repeated; V3 only.")
  var number: [String] = []

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let version = try options.version()
      if version == .v3, secretFile != nil {
        throw CommandFailure(
          .usage,
          "In Partner API V3 a new secret means a new subscription: linqhook api subscriptions create."
        )
      }
      let secret = try secretFile.map { path throws(CommandFailure) in try SecretFile.readOrMake(path) }
      var change = WebhookSubscriptionChange()
      change.webhookURL = url.map { version == .v3 ? PayloadVersion.added(to: $0) : $0 }
      change.events = try selection.resolve(version)
      change.isActive = activity.map { $0 == .active }
      change.secret = secret?.text
      change.phoneNumbers = try numbers()
      let asked = change
      let response = try await options.withClient { client async throws(LinqAPIError) in
        try await client.updateSubscription(id, asked)
      }
      if options.json {
        try Terminal.print(response.json)
      } else {
        try SubscriptionsCommand.print([response.value])
      }
      if let secret {
        if let sentence = secret.readers?.sentence(secret.path) { Terminal.say(sentence) }
        Terminal.say("In the configuration, the endpoint's line is:\n    secrets: [file:\(secret.path)]")
      }
    }
  }

  private func numbers() throws(CommandFailure) -> [PhoneNumber]? {
    if number.isEmpty { return nil }
    if number == ["all"] { return [] }
    return try number.map { text throws(CommandFailure) in try PhoneNumber(argument: text) }
  }
}
