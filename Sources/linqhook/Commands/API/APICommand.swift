import ArgumentParser

/// `linqhook api`: Linq's Partner API from the command line.
struct APICommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api",
    abstract: "Calls Linq's Partner API: lines, messages, reactions and webhook subscriptions.",
    discussion: """
      Each setting comes from the environment, else from the section linq of the configuration:
        version   --api, else LINQ_API_VERSION, else linq.api, else v3
        token     LINQ_INTEGRATION_TOKEN or LINQ_INTEGRATION_TOKEN_FILE, else linq.token, else the systemd
                  credential linq-integration-token
        address   LINQ_API_URL, else linq.url, else https://api.linqapp.com; for example that of
                  "linqhook sandbox"

      Exit status: 64 this version of the API has no such call, 65 Linq refused the request, 69 it could not be
      reached, answered with a fault, or the rate limit lasted too long, 78 the token is missing or not accepted.

      Example:
        linqhook api send --from +15551234567 --to 5557654321 --text "Hello from linqhook"
      """,
    subcommands: [
      NumbersCommand.self, SendMessageCommand.self, ReplyCommand.self, AttachCommand.self, ReactCommand.self,
      TypingCommand.self, MarkReadCommand.self, AttachmentCommand.self, SubscriptionsCommand.self,
    ]
  )
}
