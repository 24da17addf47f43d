import ArgumentParser
import LinqEvents

/// `linqhook quarantine`: requests that were refused.
struct QuarantineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine",
    abstract: "Shows requests that were rejected for their signature or content, and accepts good ones.",
    discussion: """
      Example:
        linqhook quarantine list
      """,
    subcommands: [
      ListQuarantineCommand.self, ShowQuarantinedCommand.self, ReverifyCommand.self,
      AcceptQuarantinedCommand.self, DropQuarantinedCommand.self,
    ]
  )
}

/// `linqhook quarantine list`.
struct ListQuarantineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists rejected requests, oldest first.",
    discussion: """
      The class says what a request is worth keeping: unsigned (no signature, or none that could hold), mismatched
      (well formed, but no secret gives it) or authentic (the signature holds). A lower class gives way to a
      higher one. Equal requests are kept once; SEEN says how many of them were noted.

      Example:
        linqhook quarantine list --json
      """
  )

  @OptionGroup var options: OperatorOptions

  @Option(help: "At most this many; 1 to 10000.")
  var limit = 1000

  @Option(help: "Only those with a greater number.")
  var after: Int64 = 0

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000.") }
    guard after >= 0 else { throw ValidationError("--after must be 0 or more.") }
  }

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      let requests = try await channel.get(
        ["quarantine"],
        query: ["limit": String(limit), "after": String(after)]
      ).list("requests")
      let table = TextTable(
        "NUMBER",
        "RECEIVED",
        "CLASS",
        "REASON",
        "SEEN",
        "PATH",
        "REMOTE",
        "BYTES",
        "DETAIL"
      )
      try options.print(requests, in: table, nothing: "The quarantine is empty.") { request, table in
        table.add(
          request.cell("number"),
          request.cell("received_at"),
          request.cell("class"),
          request.cell("reason"),
          request.cell("seen"),
          request.cell("path"),
          request.cell("remote"),
          request.cell("bytes"),
          request.cell("detail")
        )
      }
    }
  }
}

/// `linqhook quarantine drop`.
struct DropQuarantinedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Removes rejected requests from the quarantine.",
    discussion: """
      Example:
        linqhook quarantine drop 3 4
      """
  )

  @OptionGroup var options: OperatorOptions

  @Argument(help: "The requests' numbers.")
  var numbers: [Int64]

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      try await options.forEach(numbers) { number async throws(CommandFailure) in
        let answer = try await channel.request("DELETE", ["quarantine", String(number)])
        if options.json { return try Terminal.print(answer) }
        try Terminal.print("\(number)  dropped")
      }
    }
  }
}
