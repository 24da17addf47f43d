import ArgumentParser
import LinqAPI

/// `linqhook api reply`: a text into a chat.
struct ReplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reply",
    abstract: "Sends a text into a chat, and with V3 as an answer to one of its messages.",
    discussion: """
      Example:
        linqhook api reply 6d7d7b61-f799-54ac-88bd-9fbe50e2c994 "Yes, from noon." \\
          --to b9571e22-2937-5f80-96e1-d5ed83d8265c
      """
  )

  @Argument(help: "The chat's id.")
  var chat: ResourceID

  @Argument(help: "The text.")
  var text: String

  @Option(help: "The message that is quoted; V3 only.")
  var to: ResourceID?

  @OptionGroup var message: MessageOptions
  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      var outgoing = try message.message(text: text, attachments: message.attach)
      outgoing.replyTo = to.map { MessageTarget(messageID: $0) }
      let sent = outgoing
      let response = try await options.withClient { client async throws(LinqAPIError) in
        try await client.sendMessage(sent, toChat: chat)
      }
      if options.json { return try Terminal.print(response.json) }
      var table = TextTable("CHAT", "MESSAGE", "STATUS")
      table.add(chat.description, response.value.id.description, response.value.deliveryStatus)
      try table.print()
    }
  }
}
