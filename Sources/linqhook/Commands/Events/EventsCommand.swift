import ArgumentParser

/// `linqhook events`: what the inbox holds.
struct EventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Shows the inbox of a running or stopped receiver and replays events.",
    discussion: """
      An event is named by its id, or by '#12', its sequence number (quoted for the shell).

      Examples:
        linqhook events list --state pending --since 2h
        linqhook events show '#12'
      """,
    subcommands: [
      ListEventsCommand.self, ShowEventCommand.self, TailEventsCommand.self, ReplayEventsCommand.self,
      StatsCommand.self,
    ]
  )
}

/// `linqhook events list`.
struct ListEventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists events in the order of acceptance.",
    discussion: """
      An event is pending while some handler has not settled it, and dead when some handler gave it up.

      Example:
        linqhook events list --state dead --type 'message.*' --json
      """
  )

  @OptionGroup var options: OperatorOptions
  @OptionGroup var filter: EventFilterOptions
  @OptionGroup var page: LimitOption

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      let events = try await filter.list(channel, limit: page.limit)
      try options.print(events, in: EventFilterOptions.table, nothing: "No event fits.") { event, table in
        EventFilterOptions.add(event, to: &table)
      }
    }
  }
}
