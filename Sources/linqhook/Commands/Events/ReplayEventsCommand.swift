import ArgumentParser
import LinqEvents
import ShownText

/// `linqhook events replay`.
struct ReplayEventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Delivers events to their handlers again.",
    discussion: """
      Without --handler an event goes to every handler that wants it; with it, to that one, whatever its
      filter says. On a stopped receiver the events go out at the next start. The file handler writes a
      replayed event into its file once more.

      Examples:
        linqhook events replay 9dabceb9-9194-4dc6-beda-892573f377b4 --handler crm
        linqhook events list --since 2h --json | jq -r .event_id | xargs linqhook events replay
      """
  )

  @OptionGroup var options: OperatorOptions

  @Option(help: "Only to this handler.")
  var handler: String?

  @Argument(help: "The events' ids, or # and their sequences.")
  var ids: [String]

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      try await options.forEach(ids) { id async throws(CommandFailure) in
        let answer = try await channel.request("POST", ["events", id, "replay"], query: ["handler": handler])
        try print(answer, id)
        if let delivery = answer.list("deliveries").first(where: { $0.cell("outcome") == "handler_hangs" }) {
          let handler = delivery.cell("handler") ?? ""
          throw CommandFailure(
            .unavailable,
            "The handler \(handler) hangs and did not take \(id); replay it with --handler \(handler) when it goes on."
          )
        }
      }
    }
  }

  private func print(_ answer: JSONValue, _ id: String) throws(CommandFailure) {
    if options.json { return try Terminal.print(answer) }
    let deliveries = answer.list("deliveries")
    if deliveries.isEmpty { Terminal.say("No handler wants \(id).") }
    for delivery in deliveries {
      let words = [id, delivery.cell("handler"), delivery.cell("outcome")].compactMap { $0 }
      try Terminal.print(Shown.line(words.joined(separator: "  ")))
    }
  }
}
