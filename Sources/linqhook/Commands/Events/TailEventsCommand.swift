import ArgumentParser
import LinqEvents
import ShownText
import UnixSignals

/// `linqhook events tail`.
struct TailEventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail",
    abstract: "Shows the newest events and then each new one, until Ctrl-C.",
    discussion: """
      The state of an event is that of the moment at which it is shown. When the receiver stops, tail waits
      for the next one; it never holds the inbox itself while it waits.

      Example:
        linqhook events tail --type 'message.*'
      """
  )

  private static let pause = Duration.milliseconds(500)
  private static let pageLimit = 1000

  @OptionGroup var options: OperatorOptions
  @OptionGroup var filter: EventFilterOptions

  @Option(help: "How many of the newest events to begin with; 1 to 10000.")
  var limit = 10

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000.") }
  }

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let outcome = await withTaskGroup(of: Result<Void, CommandFailure>.self) { group in
        group.addTask { await Self.untilSignal() }
        group.addTask { await follow() }
        let first = await group.next()
        group.cancelAll()
        return first
      }
      try outcome?.get()
    }
  }

  private static func untilSignal() async -> Result<Void, CommandFailure> {
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
    return .success(())
  }

  private func follow() async -> Result<Void, CommandFailure> {
    do throws(CommandFailure) {
      let newest = try await OperatorChannel.open(options.configuration) {
        channel async throws(CommandFailure) in
        try await filter.list(channel, limit: limit)
      }
      try show(newest)
      try await follow(after: newest.last?[member: "sequence"]?.integer ?? 0)
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  /// Goes on over restarts of the receiver.
  private func follow(after sequence: Int64) async throws(CommandFailure) {
    let channel = try OperatorChannel.live(inboxPath: try options.configuration.inboxPath())
    var after = sequence
    var isAnswered = true
    while (try? await Task.sleep(for: Self.pause)) != nil {
      do throws(CommandFailure) {
        let events = try await filter.list(channel, limit: Self.pageLimit, after: after)
        try show(events)
        after = events.last?[member: "sequence"]?.integer ?? after
        isAnswered = true
      } catch {
        guard error.status == .unavailable else { throw error }
        if isAnswered, !Task.isCancelled { Terminal.say("\(error.message) Waiting for a receiver.") }
        isAnswered = false
      }
    }
    await channel.close()
  }

  private func show(_ events: [JSONValue]) throws(CommandFailure) {
    for event in events {
      if options.json {
        try Terminal.print(event)
      } else {
        try Terminal.print(Shown.line(Self.line(event)))
      }
    }
  }

  /// Nobody knows yet how wide a column will get, so each has the width that it usually needs.
  private static func line(_ event: JSONValue) -> String {
    let sequence = event.cell("sequence").map { "#\($0)" }
    let cells = [
      (sequence, 8), (event.cell("received_at"), 24), (event.cell("state"), 9),
      (event.cell("event_type"), 24), (event.cell("event_id"), 36), (event.cell("chat_id"), 0),
    ]
    return cells.map { text, width in
      let text = text ?? "-"
      return text + String(repeating: " ", count: max(0, width - text.count))
    }
    .joined(separator: "  ")
  }
}
