import ArgumentParser
import Daemon
import Supervision

/// The program: `serve` is the receiver, everything else helps the person who runs it.
struct LinqhookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linqhook",
    abstract:
      "Receives Linq's webhooks: verified, deduplicated, on disk before the 200, handed to your code.",
    discussion: """
      Example:
        LINQ_WEBHOOK_SECRET=... linqhook serve

      Exit status: 0 done, 64 wrong usage, 65 bad input data, 69 a service it needs is not there,
      70 internal fault, 74 input/output failed, 78 bad configuration.
      """,
    version: LinqhookVersion.current,
    subcommands: [
      ServeCommand.self, CheckCommand.self, SignCommand.self, SendCommand.self, VerifyCommand.self,
      EventsCommand.self, DeadCommand.self, HandlersCommand.self, QuarantineCommand.self, HealthCommand.self,
      APICommand.self,
      SandboxCommand.self,
    ]
  )
}

@main
enum Program {
  static func main() async { await atDefaultPriority { await LinqhookCommand.main() } }
}
