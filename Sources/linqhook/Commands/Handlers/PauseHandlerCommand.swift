import ArgumentParser
import LinqEvents
import ShownText

/// `linqhook handlers pause`.
struct PauseHandlerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Hands nothing over to handlers until they are resumed.",
    discussion: """
      What is in flight finishes; events and retries wait in order, and count for inbox.max_pending. A pause lasts across
      reloads and restarts, and while no receiver runs it is noted for the next start.

      Example:
        linqhook handlers pause crm
      """
  )

  @OptionGroup var options: OperatorOptions

  @Argument(help: "The handlers' names.")
  var names: [String]

  func run() async throws { try await options.setPaused(names, by: "pause") }
}

/// `linqhook handlers resume`.
struct ResumeHandlerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Lets paused handlers go on where they stopped.",
    discussion: """
      Example:
        linqhook handlers resume crm
      """
  )

  @OptionGroup var options: OperatorOptions

  @Argument(help: "The handlers' names.")
  var names: [String]

  func run() async throws { try await options.setPaused(names, by: "resume") }
}

extension OperatorOptions {
  fileprivate func setPaused(_ names: [String], by action: String) async throws {
    try await run { channel async throws(CommandFailure) in
      try await forEach(names) { name async throws(CommandFailure) in
        let answer = try await channel.request("POST", ["handlers", name, action])
        if json { return try Terminal.print(answer) }
        try Terminal.print(Shown.line("\(name)  \(answer.cell("outcome") ?? "?")"))
      }
    }
  }
}
