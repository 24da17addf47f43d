import ArgumentParser
import LinqAPI
import LinqEvents

/// `linqhook api react`: a reaction to a message.
struct ReactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "react",
    abstract: "Reacts to a message, or takes the reaction back.",
    discussion: """
      Examples:
        linqhook api react b9571e22-2937-5f80-96e1-d5ed83d8265c love
        linqhook api react b9571e22-2937-5f80-96e1-d5ed83d8265c 🎉 --part 1
      """
  )

  @Argument(help: "The message's id.")
  var message: ResourceID

  @Argument(help: "love, like, dislike, laugh, emphasize, question, or with V3 an emoji.")
  var reaction: ReactionType

  @Option(help: "The part of the message, counted from 0; V3 only.")
  var part: Int?

  @Flag(help: "Take the reaction back.")
  var remove = false

  @OptionGroup var options: APIOptions

  func validate() throws {
    if let part, part < 0 { throw ValidationError("--part must be 0 or more.") }
  }

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let target = MessageTarget(messageID: message, partIndex: part)
      let response = try await options.withClient { client async throws(LinqAPIError) in
        try await client.react(to: target, with: reaction, isRemoval: remove)
      }
      if options.json { return try Terminal.print(response.json) }
      var table = TextTable("REACTION", "MESSAGE", "TYPE", "FROM")
      table.add(
        response.value.id?.description,
        response.value.chatMessageID?.description ?? message.description,
        response.value.reaction ?? reaction.text,
        response.value.fromPhone
      )
      try table.print()
    }
  }
}
