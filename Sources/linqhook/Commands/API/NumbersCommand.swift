import ArgumentParser
import LinqAPI

/// `linqhook api numbers`: the lines that you can send from.
struct NumbersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "numbers",
    abstract: "Lists your Linq numbers.",
    discussion: """
      Example:
        linqhook api numbers --json
      """
  )

  @OptionGroup var options: APIOptions

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let answer = try await options.withClient { client async throws(LinqAPIError) in
        try await client.phoneNumbers()
      }
      if options.json { return try Terminal.print(answer.json) }
      var table = TextTable("ID", "NUMBER", "FORWARDS TO", "MESSAGES/S", "REPUTATION")
      for number in answer.value {
        table.add(
          number.id.description,
          number.phoneNumber,
          number.forwardingNumber,
          number.responseRate.map(String.init),
          number.reputation?.status
        )
      }
      try table.print()
    }
  }
}
