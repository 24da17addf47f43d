import ArgumentParser
import LinqEvents

/// `linqhook events show`.
struct ShowEventCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows one event: its deliveries with attempts and errors, and its payload.",
    discussion: """
      A delivery is pending, delivered or dead; or skipped where the handler was not run on purpose, with the reason:
      in lists such an event counts as delivered.

      Of several events with one id the newest is shown; name the others by their sequence. Control and
      invisible characters are written as escapes, as in \\u009b, here and by --json, which changes no value for a
      program that parses it.

      Example:
        linqhook events show 9dabceb9-9194-4dc6-beda-892573f377b4
      """
  )

  @OptionGroup var options: OperatorOptions

  @Flag(help: "Show the message view instead: the same fields for every version of Linq's events.")
  var message = false

  @Argument(help: "The event's id, or # and its sequence.")
  var id: String

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      let event = try await channel.get(["events", id])
      if message { return try printMessage(of: event) }
      if options.json { return try Terminal.print(event) }
      try Self.printFacts(of: event)
      try Self.printDeliveries(of: event)
      try Terminal.print("")
      try Terminal.print(event[member: "payload"]?.prettyText ?? "")
    }
  }

  private func printMessage(of event: JSONValue) throws(CommandFailure) {
    let view = MessageView(event: event[member: "payload"] ?? .null).json
    if options.json { try Terminal.print(view) } else { try Terminal.print(view.prettyText) }
  }

  private static func printFacts(of event: JSONValue) throws(CommandFailure) {
    try FactList.print([
      ("id", event.cell("event_id")),
      ("sequence", event.cell("sequence").map { "#\($0)" }),
      ("type", event.cell("event_type")),
      ("state", event.cell("state")),
      ("received at", event.cell("received_at")),
      ("created at", event.cell("created_at")),
      ("chat", event.cell("chat_id")),
      ("source", event.cell("source")),
    ])
  }

  private static func printDeliveries(of event: JSONValue) throws(CommandFailure) {
    let deliveries = event.list("deliveries")
    guard !deliveries.isEmpty else { return }
    var table = TextTable("HANDLER", "STATE", "ATTEMPTS", "FIRST", "NEXT", "ERROR OR REASON")
    for delivery in deliveries {
      table.add(
        delivery.cell("handler"),
        delivery.cell("state"),
        delivery.cell("attempts"),
        delivery.cell("first_attempt_at"),
        delivery.cell("next_attempt_at"),
        delivery.cell("error") ?? delivery.cell("reason")
      )
    }
    try Terminal.print("")
    try table.print()
  }
}
