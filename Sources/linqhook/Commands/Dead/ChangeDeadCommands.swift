import ArgumentParser
import LinqEvents
import ShownText

/// `linqhook dead retry`.
struct RetryDeadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Delivers dead letters again, with all attempts before them.",
    discussion: """
      On a stopped receiver they go out at the next start.

      Examples:
        linqhook dead retry 9dabceb9-9194-4dc6-beda-892573f377b4
        linqhook dead retry --all --handler crm
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
        linqhook dead drop --all
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

  @Flag(help: "All dead letters, or all of --handler.")
  var all = false

  @Argument(help: "The events' ids, or # and their sequences.")
  var ids: [String] = []

  func validate() throws {
    guard all == ids.isEmpty else { throw ValidationError("Name events, or say --all for all dead letters.") }
  }

  /// Does something to each dead letter of each event, or to all there are.
  func run(
    _ options: OperatorOptions,
    _ change: (OperatorChannel, _ handler: String, _ sequence: String) async throws(CommandFailure) ->
      JSONValue
  ) async throws {
    try await options.run { channel async throws(CommandFailure) in
      if all {
        let letters = try await allLetters(channel)
        if letters.isEmpty { return Terminal.say("There is no dead letter.") }
        try await options.forEach(letters) { letter async throws(CommandFailure) in
          let (name, sequence) = (letter.cell("handler") ?? "", letter.cell("sequence") ?? "")
          let answer = try await change(channel, name, sequence)
          try print(answer, letter.cell("event_id") ?? sequence, name, options)
        }
        return
      }
      try await options.forEach(ids) { id async throws(CommandFailure) in
        let event = try await channel.get(["events", id])
        let sequence = event.cell("sequence") ?? ""
        for name in try handlers(that: event, id: id) {
          try print(try await change(channel, name, sequence), id, name, options)
        }
      }
    }
  }

  /// As many as a list may have; those that are left are for the next run.
  private func allLetters(_ channel: OperatorChannel) async throws(CommandFailure) -> [JSONValue] {
    let limit = 10_000
    let letters = try await channel.get(["dead"], query: ["handler": handler, "limit": String(limit)])
      .list("dead_letters")
    if letters.count == limit { Terminal.say("These are the oldest \(limit); run this again for the rest.") }
    return letters
  }

  private func print(
    _ answer: JSONValue,
    _ id: String,
    _ handler: String,
    _ options: OperatorOptions
  ) throws(CommandFailure) {
    if options.json { return try Terminal.print(answer) }
    try Terminal.print(Shown.line("\(id)  \(handler)  \(answer.cell("outcome") ?? "")"))
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
