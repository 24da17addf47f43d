import ArgumentParser
import LinqAPI

/// `linqhook api attach`: files into a chat.
struct AttachCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Sends files or links to files into a chat.",
    discussion: """
      Example:
        linqhook api attach 40817 photo.jpg https://example.com/plan.pdf --text "Two things for you"
      """
  )

  @Argument(help: "The chat's id, from the output of send.")
  var chat: ResourceID

  @Argument(help: "Files to upload, or http and https URLs that Linq fetches.")
  var files: [String] = []

  @Option(help: "A text to send with them.")
  var text = ""

  @OptionGroup var message: MessageOptions
  @OptionGroup var options: APIOptions

  func validate() throws {
    if files.isEmpty, message.attach.isEmpty, text.isEmpty {
      throw ValidationError("Name at least one file or URL to attach.")
    }
  }

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let outgoing = try message.message(text: text, attachments: files + message.attach)
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.sendMessage(outgoing, toChat: chat)
      }
      if options.json { return try Terminal.print(json: answer.json) }
      var table = TextTable("MESSAGE", "STATUS", "ATTACHMENTS")
      let names = (answer.value.attachments ?? []).compactMap(\.filename).joined(separator: ", ")
      table.add(answer.value.id.description, answer.value.deliveryStatus, names)
      try table.print()
    }
  }
}
