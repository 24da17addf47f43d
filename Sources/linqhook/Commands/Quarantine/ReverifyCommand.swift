import ArgumentParser
import LinqEvents

/// `linqhook quarantine reverify`.
struct ReverifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reverify",
    abstract: "Checks the rejected requests against today's secrets and accepts the good ones.",
    discussion: """
      For when a secret or the clock was wrong. A running receiver uses the settings that it has in force: reload it
      first (SIGHUP). When none runs, the command reads the secrets itself, so it needs the environment of `linqhook
      serve`. Requests that were stale on arrival are accepted too if their signature is good. Repeats are reported as
      duplicates, and an event older than the ids that are still remembered as too_old. Accepted and duplicate requests
      leave the quarantine, the others stay.

      Example:
        linqhook quarantine reverify
      """
  )

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.run(verifies: true) { channel async throws(CommandFailure) in
      let results = try await channel.request("POST", ["quarantine", "reverify"]).list("results")
      let table = TextTable("NUMBER", "OUTCOME", "ID", "DETAIL")
      try options.print(results, in: table, nothing: "The quarantine is empty.") { result, table in
        table.add(
          result.cell("number"),
          result.cell("outcome"),
          result.cell("event_id"),
          result.cell("detail")
        )
      }
      if results.contains(where: { $0.cell("outcome") == "unavailable" }) {
        throw CommandFailure(.unavailable, "The inbox did not take all of them. Run this again later.")
      }
    }
  }
}
