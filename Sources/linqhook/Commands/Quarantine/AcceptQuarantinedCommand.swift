import ArgumentParser
import LinqEvents
import ShownText

/// `linqhook quarantine accept`.
struct AcceptQuarantinedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Lets refused requests in that were too old to tell whether they are repeats.",
    discussion: """
      For requests that were answered 409, or that `reverify` says are too_old: their ids may have been forgotten, so
      nothing shows whether the events were handled before. You know, and your word stands in for that; look at them with
      `linqhook quarantine show` first. Nothing else is let off: a secret of today must verify the signature, and an
      event that is still remembered stays a duplicate. A running receiver judges by the settings that it has in force;
      where none runs, the command reads the secrets itself, so it needs what `linqhook serve` has in its environment.

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
