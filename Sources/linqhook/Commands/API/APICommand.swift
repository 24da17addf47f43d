import ArgumentParser

/// `linqhook api`: Linq's Partner API from the command line.
struct APICommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api",
    abstract: "Calls Linq's Partner API: lines, messages, reactions and webhook subscriptions.",
    discussion: """
      V3 is called unless --api or LINQ_API_VERSION says v2.

      The integration token comes from LINQ_INTEGRATION_TOKEN, from the file that LINQ_INTEGRATION_TOKEN_FILE
      names, or from the systemd credential linq-integration-token. LINQ_API_URL puts another address in the
      place of https://api.linqapp.com, for example that of "linqhook sandbox".

      Exit status: 64 this version of the API has no such call, 65 Linq refused the request, 69 it could not be reached, answered with a fault, or the rate
      limit lasted too long, 78 the token is missing or not accepted.

      Example:
        linqhook api send --from +15551234567 --to 5557654321 --text "Hello from linqhook"
      """,
    subcommands: [
      NumbersCommand.self, SendMessageCommand.self, ReplyCommand.self, AttachCommand.self, ReactCommand.self,
      TypingCommand.self, MarkReadCommand.self, AttachmentCommand.self, SubscriptionsCommand.self,
    ]
  )
}
