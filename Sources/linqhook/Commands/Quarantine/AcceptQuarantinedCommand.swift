import ArgumentParser
import LinqEvents
import ShownText

/// `linqhook quarantine accept`.
struct AcceptQuarantinedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Accepts rejected requests that were too old to tell whether they are repeats.",
    discussion: """
      For requests that were answered 409, or that `reverify` reports as too_old: their ids may have been forgotten, so
      linqhook cannot tell whether the events were handled before. You decide; look at them with `linqhook quarantine
      show` first. Everything else still holds: one of today's secrets must verify the signature, and an event that is
      still remembered stays a duplicate. A running receiver uses the settings that it has in force. When none runs, the
      command reads the secrets itself, so it needs the environment of `linqhook serve`.

      Example:
        linqhook quarantine accept 3 4
      """
  )

  @OptionGroup var options: OperatorOptions

  @Argument(help: "The requests' numbers.")
  var numbers: [Int64]

  func run() async throws {
    try await options.run(verifies: true) { channel async throws(CommandFailure) in
      try await options.forEach(numbers) { number async throws(CommandFailure) in
        let answer = try await channel.request("POST", ["quarantine", String(number), "accept"])
        if options.json { return try Terminal.print(answer) }
        let words = ["\(number)", answer.cell("outcome"), answer.cell("event_id")].compactMap(\.self)
        try Terminal.print(words.map { Shown.line($0) }.joined(separator: "  "))
      }
    }
  }
}
