import ArgumentParser
import LinqAPI
import LinqEvents

/// `linqhook api typing`.
struct TypingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "typing",
    abstract: "Shows that you are typing, until something is sent or a minute and a half have passed.",
    discussion: """
      Example:
        linqhook api typing 6d7d7b61-f799-54ac-88bd-9fbe50e2c994
      """
  )

  @Argument(help: "The chat's id.")
  var chat: ResourceID

  @Flag(help: "Stop showing it.")
  var stop = false

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      try await options.withClient { client async throws(LinqAPIError) in
        try await client.setTyping(!stop, inChat: chat)
      }
      if options.json {
        try Terminal.print("{\"chat_id\":\(JSONText.quoted(chat.description)),\"typing\":\(!stop)}")
      }
    }
  }
}

/// `linqhook api read`.
struct MarkReadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Marks all messages of a chat as read.",
    discussion: """
      Example:
        linqhook api read 6d7d7b61-f799-54ac-88bd-9fbe50e2c994
      """
  )

  @Argument(help: "The chat's id.")
  var chat: ResourceID

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      try await options.withClient { client async throws(LinqAPIError) in
        try await client.markRead(chat: chat)
      }
      if options.json {
        try Terminal.print("{\"chat_id\":\(JSONText.quoted(chat.description)),\"read\":true}")
      }
    }
  }
}

/// `linqhook api attachment`.
struct AttachmentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attachment",
    abstract: "Shows a file that Linq keeps, with a URL that works now. V3 only.",
    discussion: """
      Example:
        linqhook api attachment cafbbbbd-6ea2-599d-b85e-3a4fed95b82f
      """
  )

  @Argument(help: "The attachment's id, as a media part of an event has it.")
  var id: ResourceID

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let response = try await options.withClient { client async throws(LinqAPIError) in
        try await client.attachment(id)
      }
      if options.json { return try Terminal.print(response.json) }
      var table = TextTable("ID", "NAME", "TYPE", "BYTES", "URL")
      let file = response.value
      table.add(
        file.id.description,
        file.filename,
        file.contentType,
        String(file.sizeBytes),
        file.downloadURL
      )
      try table.print()
    }
  }
}
