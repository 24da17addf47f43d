import ArgumentParser
import LinqEvents
import ShownText

/// `linqhook handlers`: where handlers stand, and what those that are gone have left.
struct HandlersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handlers",
    abstract: "Lists handlers, pauses and resumes them, and drops the backlog of a removed one.",
    discussion: """
      Example:
        linqhook handlers list
      """,
    subcommands: [
      ListHandlersCommand.self, PauseHandlerCommand.self, ResumeHandlerCommand.self, DropHandlerCommand.self,
    ]
  )
}

/// `linqhook handlers list`.
struct ListHandlersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract:
      "Lists the handlers of the configuration and those that were removed from it but have a backlog.",
    discussion: """
      A handler that is gone keeps its backlog as long as retention keeps events: put it back to have it go on, or
      drop the backlog. A handler is failing when its last three attempts failed, whichever events they were of; a
      paused one never is. The last error stays when it works again; --json shows all of it.

      Example:
        linqhook handlers list --json
      """
  )

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      let handlers = try await channel.get(["handlers"]).list("handlers")
      let table = TextTable("HANDLER", "STATE", "PENDING", "DEAD", "LAST ERROR AT", "ATTEMPT", "LAST ERROR")
      try options.print(handlers, in: table, nothing: "There is no handler.") { handler, table in
        table.add(
          handler.cell("handler"),
          Self.state(of: handler),
          handler.cell("pending"),
          handler.cell("dead"),
          handler.cell("last_error_at"),
          handler.cell("last_error_attempt"),
          handler.cell("last_error").map(Self.shortened)
        )
      }
    }
  }
}

extension ListHandlersCommand {
  private static func state(of handler: JSONValue) -> String {
    guard handler.isTrue("configured") else { return "gone" }
    return handler.isTrue("paused") ? "paused" : handler.cell("health") ?? "configured"
  }

  private static let maxErrorCharacters = 240

  /// Both ends of a long error: the sentence that it begins with, and the last that the program wrote.
  private static func shortened(_ error: String) -> String {
    guard error.count > maxErrorCharacters else { return error }
    let half = maxErrorCharacters / 2
    return "\(error.prefix(half)) … \(error.suffix(half))"
  }
}

/// `linqhook handlers drop`.
struct DropHandlerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract:
      "Drops the backlog and the dead letters of handlers that are not in the configuration any more.",
    discussion: """
      The events stay as long as retention keeps events; a handler of the same name that is added later begins with
      what is accepted from then on.

      Example:
        linqhook handlers drop old-crm
      """
  )

  @OptionGroup var options: OperatorOptions

  @Argument(help: "The handlers' names.")
  var names: [String]

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      try await options.forEach(names) { name async throws(CommandFailure) in
        let answer = try await channel.request("DELETE", ["handlers", name])
        if options.json {
          try Terminal.print(answer)
        } else {
          let pending = answer.cell("pending") ?? "?"
          let dead = answer.cell("dead") ?? "?"
          try Terminal.print(Shown.line("\(name)  dropped  \(pending) pending, \(dead) dead"))
        }
      }
    }
  }
}
