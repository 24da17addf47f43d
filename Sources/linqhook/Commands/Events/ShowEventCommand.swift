import ArgumentParser
import LinqEvents

/// `linqhook events show`.
struct ShowEventCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows one event: its deliveries with attempts and errors, and its payload.",
    discussion: """
      Of several events with one id the newest is shown; name the others by their sequence.

      Example:
        linqhook events show 9dabceb9-9194-4dc6-beda-892573f377b4
      """
  )

  @OptionGroup var options: OperatorOptions

  @Argument(help: "The event's id, or # and its sequence.")
  var id: String

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      let event = try await channel.get(["events", id])
      if options.json { return try Terminal.print(event) }
      try Self.printFacts(of: event)
      try Self.printDeliveries(of: event)
      try Terminal.print("")
      try Terminal.print(event[member: "payload"]?.prettyText ?? "")
    }
  }

  private static func printFacts(of event: JSONValue) throws(CommandFailure) {
    let names = [
      "event_id", "sequence", "event_type", "state", "received_at", "created_at", "chat_id", "source",
    ]
    try FactList.print(names, of: event)
  }

  private static func printDeliveries(of event: JSONValue) throws(CommandFailure) {
    let deliveries = event.list("deliveries")
    guard !deliveries.isEmpty else { return }
    var table = TextTable("HANDLER", "STATE", "ATTEMPTS", "FIRST", "NEXT", "ERROR")
    for delivery in deliveries {
      table.add(
        delivery.cell("handler"),
        delivery.cell("state"),
        delivery.cell("attempts"),
        delivery.cell("first_attempt_at"),
        delivery.cell("next_attempt_at"),
        delivery.cell("error")
      )
    }
    try Terminal.print("")
    try table.print()
  }
}

/// Names and values, one a line, aligned.
enum FactList {
  /// Prints the members of an answer that have these names and a value; an underscore shows as a blank.
  static func print(_ names: [String], of answer: JSONValue) throws(CommandFailure) {
    let facts = names.compactMap { name in
      answer.cell(name).map { (name: name.map { $0 == "_" ? " " : String($0) }.joined(), value: $0) }
    }
    let width = facts.map(\.name.count).max() ?? 0
    for fact in facts {
      let padding = String(repeating: " ", count: width - fact.name.count)
      try Terminal.print("\(fact.name)\(padding)  \(PrintableText.line(fact.value))")
    }
  }
}
