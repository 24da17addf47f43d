import ArgumentParser
import LinqAPI

/// `linqhook api react`: a reaction to a message.
struct ReactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "react",
    abstract: "Reacts to a message, or removes the reaction.",
    discussion: """
      Example:
        linqhook api react 50112 love
      """
  )

  @Argument(help: "The message's id, from the output of send or attach.")
  var message: ResourceID

  @Argument(help: "love, like, dislike, laugh, emphasize or question.")
  var reaction: ReactionType

  @Flag(help: "Remove the reaction.")
  var remove = false

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.react(to: message, with: reaction, isRemoval: remove)
      }
      if options.json { return try Terminal.print(json: answer.json) }
      var table = TextTable("REACTION", "MESSAGE", "TYPE", "FROM")
      table.add(
        answer.value.id.description,
        answer.value.chatMessageID?.description ?? message.description,
        answer.value.reaction ?? reaction.rawValue,
        answer.value.fromPhone
      )
      try table.print()
    }
  }
}
