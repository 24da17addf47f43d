import ArgumentParser
import LinqAPI

/// `linqhook api send`: a message to people.
struct SendMessageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Sends a message to people, in the existing chat with them or in a new one.",
    discussion: """
      Write numbers as +15551234567, or 5551234567 for +1. Several --to make a group.

      Examples:
        linqhook api send --from +15551234567 --to +15557654321 --text "Hello"
        linqhook api send --from 5551234567 --to 5557654321 --text "The plan" --attach plan.pdf
      """
  )

  @Option(help: "One of your Linq numbers.")
  var from: String

  @Option(help: "The recipient's number. May be repeated.")
  var to: [String]

  @Option(help: "The text.")
  var text: String

  @OptionGroup var message: MessageOptions
  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let sender = try PhoneNumber(argument: from)
      let recipients = try to.map { text throws(CommandFailure) in try PhoneNumber(argument: text) }
      let outgoing = try message.message(text: text, attachments: message.attach)
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.startChat(from: sender, to: recipients, message: outgoing)
      }
      if options.json { return try Terminal.print(json: answer.json) }
      var table = TextTable("CHAT", "MESSAGE", "WITH", "SERVICE", "STATUS")
      let (chat, sent) = (answer.value.chat, answer.value.message)
      table.add(
        chat.id.description,
        sent?.id.description,
        chat.displayName,
        chat.service,
        sent?.deliveryStatus
      )
      try table.print()
    }
  }
}
