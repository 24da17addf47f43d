import ArgumentParser
import Foundation
import LinqhookDaemon
import Supervision

/// The program: `serve` is the receiver, everything else helps the person who runs it.
struct LinqhookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linqhook",
    abstract:
      "Receives Linq's webhooks: verified, deduplicated, on disk before the 200, delivered to your code.",
    discussion: """
      Example:
        LINQ_WEBHOOK_SECRET=... linqhook serve

      Exit status: 0 done, 64 wrong usage, 65 bad input data, 69 a service it needs is not there,
      70 internal fault, 74 input/output failed, 78 bad configuration.
      """,
    version: LinqhookVersion.current,
    subcommands: [
      ServeCommand.self, CheckCommand.self, SignCommand.self, SendCommand.self, VerifyCommand.self,
      EventsCommand.self, DeadCommand.self, HandlersCommand.self, QuarantineCommand.self, InboxCommand.self,
      MessageCommand.self, DoctorCommand.self, HealthCommand.self, APICommand.self, SandboxCommand.self,
    ]
  )
}

@main
enum Program {
  /// Loops, store, handlers and what the runtime itself has; measured 11 on two cores.
  private static let threadsNeeded = 16

  @MainActor static func main() async {
    if CommandLine.arguments.dropFirst().first == "serve" { refuseWithoutThreads() }
    await atDefaultPriority { await LinqhookCommand.main() }
  }

  private static func refuseWithoutThreads() {
    guard !ThreadRoom.has(threadsNeeded) else { return }
    Terminal.say(
      "This user or service may not have the \(threadsNeeded) threads that linqhook needs. Raise the limit "
        + "(TasksMax= or LimitNPROC= in the unit, ulimit -u in a shell, --pids-limit of a container)."
    )
    exit(ExitStatus.badConfiguration.rawValue)
  }
}
