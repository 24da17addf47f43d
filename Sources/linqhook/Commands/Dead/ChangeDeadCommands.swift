import ArgumentParser
import LinqEvents

/// `linqhook dead retry`.
struct RetryDeadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Hands dead letters to their handlers again, with all attempts before them.",
    discussion: """
      On a stopped receiver they go out at the next start.

      Examples:
        linqhook dead retry 9dabceb9-9194-4dc6-beda-892573f377b4
        linqhook dead list --handler crm --limit 10000 --json | jq -r .event_id |
          xargs linqhook dead retry --handler crm
      """
  )

  @OptionGroup var options: OperatorOptions
  @OptionGroup var letters: DeadLetterArguments

  func run() async throws {
    try await letters.run(options) { channel, handler, sequence async throws(CommandFailure) in
      try await channel.request("POST", ["dead", handler, sequence, "retry"])
    }
  }
}

/// `linqhook dead drop`.
struct DropDeadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Removes dead letters. Their events stay as long as retention keeps events.",
    discussion: """
      Example:
        linqhook dead drop '#12' --handler crm
      """
  )

  @OptionGroup var options: OperatorOptions
  @OptionGroup var letters: DeadLetterArguments

  func run() async throws {
    try await letters.run(options) { channel, handler, sequence async throws(CommandFailure) in
      try await channel.request("DELETE", ["dead", handler, sequence])
    }
  }
}

/// Which dead letters a command is about.
struct DeadLetterArguments: ParsableArguments {
  @Option(help: "Only those of this handler; by default of every handler that gave the event up.")
  var handler: String?

  @Argument(help: "The events' ids, or # and their sequences.")
  var ids: [String]

  /// Does something to each dead letter of each event.
  func run(
    _ options: OperatorOptions,
    _ change: (OperatorChannel, _ handler: String, _ sequence: String) async throws(CommandFailure) ->
      JSONValue
  ) async throws {
    try await options.run { channel async throws(CommandFailure) in
      try await options.forEach(ids) { id async throws(CommandFailure) in
        let event = try await channel.get(["events", id])
        let sequence = event.cell("sequence") ?? ""
        for name in try handlers(that: event, id: id) {
          let answer = try await change(channel, name, sequence)
          if options.json {
            try Terminal.print(answer)
          } else {
            let line = "\(id)  \(name)  \(answer.cell("outcome") ?? "")"
            try Terminal.print(PrintableText.line(line))
          }
        }
      }
    }
  }

  /// The handlers that gave the event up. One that is named is asked about in any case: it may have gone from
  /// the configuration, and the receiver knows best what to say.
  private func handlers(that event: JSONValue, id: String) throws(CommandFailure) -> [String] {
    if let handler { return [handler] }
    let dead = event.list("deliveries").filter { $0.cell("state") == "dead" }.compactMap {
      $0.cell("handler")
    }
    guard !dead.isEmpty else { throw CommandFailure(.badData, "The event \(id) is no dead letter.") }
    return dead
  }
}
