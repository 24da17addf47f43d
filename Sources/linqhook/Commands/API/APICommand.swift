import ArgumentParser

/// `linqhook api`: the calls of Linq's quick-start guide.
struct APICommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api",
    abstract: "Calls Linq's Partner API V2: the five steps of its quick-start guide.",
    discussion: """
      The integration token is read from LINQ_INTEGRATION_TOKEN, from the file named by
      LINQ_INTEGRATION_TOKEN_FILE, or from the systemd credential linq-integration-token. LINQ_API_URL
      replaces the address https://api.linqapp.com, for example by that of "linqhook sandbox".

      Exit status: 65 Linq refused the request, 69 Linq could not be reached, answered with a fault, or its
      rate limit lasted too long, 78 the token is missing or not accepted.

      Example:
        linqhook api send --from +15551234567 --to 5557654321 --text "Hello from linqhook"
      """,
    subcommands: [
      NumbersCommand.self, SendMessageCommand.self, AttachCommand.self, ReactCommand.self,
      SubscriptionsCommand.self,
    ]
  )
}
