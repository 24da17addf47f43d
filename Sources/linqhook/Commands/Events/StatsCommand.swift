import ArgumentParser
import LinqEvents

/// `linqhook events stats`.
struct StatsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Counts events by state, the backlog of each handler, and the size of the inbox.",
    discussion: """
      Example:
        linqhook events stats --json
      """
  )

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      let stats = try await channel.get(["stats"])
      if options.json { return try Terminal.print(stats) }
      try FactList.print(Self.facts(of: stats))
      try Self.printHandlers(stats.list("handlers"))
    }
  }

  private static func facts(of stats: JSONValue) -> [(name: String, value: String?)] {
    let (events, inbox) = (stats[member: "events"] ?? .null, stats[member: "inbox"] ?? .null)
    return [
      ("receiver", stats.cell("receiver")),
      ("inbox", inbox.cell("path")),
      ("bytes on disk", inbox.cell("bytes")),
      ("events pending", events.cell("pending")),
      ("events delivered", events.cell("delivered")),
      ("events dead", events.cell("dead")),
      ("last sequence", inbox.cell("last_sequence")),
      ("last event at", inbox.cell("last_event_at")),
      ("ids remembered", inbox.cell("dedup_ids")),
      ("requests in quarantine", inbox.cell("quarantined")),
    ]
  }

  private static func printHandlers(_ handlers: [JSONValue]) throws(CommandFailure) {
    guard !handlers.isEmpty else { return }
    var table = TextTable("HANDLER", "PENDING", "DEAD", "HEALTH")
    for handler in handlers {
      table.add(
        handler.cell("handler"),
        handler.cell("pending"),
        handler.cell("dead"),
        handler.isTrue("paused") ? "paused" : handler.cell("health")
      )
    }
    try Terminal.print("")
    try table.print()
  }
}
