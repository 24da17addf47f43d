import ArgumentParser
import LinqAPI
import LinqEvents

/// `linqhook api subscriptions`: where Linq sends events.
struct SubscriptionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "subscriptions",
    abstract: "Lists, creates, changes, deletes and checks webhook subscriptions.",
    subcommands: [
      ListSubscriptionsCommand.self, CreateSubscriptionCommand.self, UpdateSubscriptionCommand.self,
      DeleteSubscriptionCommand.self, CheckSubscriptionsCommand.self,
    ]
  )

  static func print(_ subscriptions: [WebhookSubscription]) throws(CommandFailure) {
    var table = TextTable("ID", "ACTIVE", "SIGNED", "LAST DELIVERED", "LINES", "URL", "EVENTS")
    for subscription in subscriptions {
      table.add(
        subscription.id.description,
        subscription.isActive ? "yes" : "no",
        subscription.isSecretConfigured.map { $0 ? "yes" : "no" },
        subscription.lastDeliveredAt,
        subscription.phoneNumbers.map { $0.joined(separator: ",") } ?? "all",
        subscription.webhookURL,
        subscription.events.joined(separator: ",")
      )
    }
    try table.print()
  }
}

/// `linqhook api subscriptions list`.
struct ListSubscriptionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists all webhook subscriptions of the account.",
    discussion: """
      Example:
        linqhook api subscriptions list
      """
  )

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.subscriptions()
      }
      if options.json { return try Terminal.print(json: answer.json) }
      try SubscriptionsCommand.print(answer.value)
    }
  }
}

/// `linqhook api subscriptions delete`.
struct DeleteSubscriptionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Deletes a webhook subscription: Linq stops sending events to it.",
    discussion: """
      Example:
        linqhook api subscriptions delete 1042
      """
  )

  @Argument(help: "The subscription's id, from the output of list.")
  var id: ResourceID

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      try await options.withClient { client async throws(LinqAPIError) in
        try await client.deleteSubscription(id)
      }
      if options.json { return try Terminal.print(json: "{\"deleted\":\(JSONText.quoted(id.description))}") }
      Terminal.say("Subscription \(id) is deleted.")
    }
  }
}
