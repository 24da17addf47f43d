import ArgumentParser
import Foundation
import LinqEvents
import LinqhookConfiguration

/// Which events to show.
struct EventFilterOptions: ParsableArguments {
  /// How far an event has come.
  enum State: String, ExpressibleByArgument, CaseIterable {
    case pending, delivered, dead
  }

  @Option(help: "pending, delivered or dead: over all handlers, or by --handler alone.")
  var state: State?

  @Option(help: "Apply --state to this handler alone.")
  var handler: String?

  @Option(help: "Only types that match, for example 'message.*'.")
  var type: String?

  @Option(
    help:
      "Only events received after this: a duration ago such as 2h, or a time such as 2026-02-05T19:30:00Z."
  )
  var since: String?

  /// `--since` as a time that the control API reads.
  func sinceText() throws(CommandFailure) -> String? {
    guard let since else { return nil }
    if let duration = Duration(configurationText: since) {
      let then = Date().timeIntervalSince1970 * 1000 - duration / .milliseconds(1)
      return RFC3339.text(milliseconds: Int64(max(0, then)))
    }
    guard let milliseconds = RFC3339.milliseconds(since) else {
      throw CommandFailure(
        .usage,
        "--since \(since) is neither a duration such as 30s, 5m, 2h or 7d nor a time such as "
          + "2026-02-05T19:30:00Z."
      )
    }
    return RFC3339.text(milliseconds: milliseconds)
  }

  /// Asks for the events that fit, in the order of acceptance: the newest, or those after a sequence.
  func list(
    _ channel: OperatorChannel,
    limit: Int,
    after: Int64? = nil
  ) async throws(CommandFailure) -> [JSONValue] {
    try await channel.get(
      ["events"],
      query: [
        "state": state?.rawValue, "handler": handler, "type": type, "since": try sinceText(),
        "limit": String(limit), "after": after.map { String($0) },
      ]
    ).list("events")
  }

  /// The columns of a list of events.
  static let table = TextTable("SEQUENCE", "RECEIVED", "STATE", "TYPE", "ID", "CHAT")

  /// Adds an event to such a list.
  static func add(_ event: JSONValue, to table: inout TextTable) {
    table.add(
      event.cell("sequence").map { "#\($0)" },
      event.cell("received_at"),
      event.cell("state"),
      event.cell("event_type"),
      event.cell("event_id"),
      event.cell("chat_id")
    )
  }
}

/// How many items a list may have.
struct LimitOption: ParsableArguments {
  @Option(help: "At most this many, the newest ones; 1 to 10000.")
  var limit = 100

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000.") }
  }
}
