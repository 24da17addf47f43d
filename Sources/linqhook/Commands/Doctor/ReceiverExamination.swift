import Doctor
import LinqEvents

/// What the running receiver says of itself: whether it runs, and how its handlers do.
struct ReceiverExamination {
  let channel: OperatorChannel

  /// Whether it runs and talks to this user.
  func run(_ report: FindingReport) async throws(CommandFailure) -> Bool {
    let version: String?
    do throws(CommandFailure) {
      version = try await channel.get(["receiver"])[member: "version"]?.string
    } catch {
      try report.add(
        Finding(
          .problem,
          "receiver",
          "it does not run, or does not talk to this user. Start it (systemctl start linqhook.socket linqhook), or run doctor as its user. \(error.message)"
        )
      )
      return false
    }
    try report.add(Finding(.good, "receiver", "version \(version ?? "unknown") runs on this inbox."))
    for handler in try await channel.get(["handlers"]).list("handlers") {
      try report.add(Self.judge(handler))
    }
    return true
  }

  private static func judge(_ handler: JSONValue) -> [Finding] {
    let area = "handler \(handler[member: "handler"]?.string ?? "?")"
    let dead = handler.cell("dead") ?? "0"
    let pending = handler.cell("pending") ?? "0"
    if let since = handler[member: "failing_since"]?.string {
      let cause = handler[member: "last_error"]?.string
      return [
        Finding(
          .problem,
          area,
          "failing since \(since)\(cause.map { ": \($0)" } ?? "."). See linqhook handlers list."
        )
      ]
    }
    guard dead == "0" else {
      return [Finding(.warning, area, "works, with \(dead) dead letters. See linqhook dead list --handler.")]
    }
    return [Finding(.good, area, "works, \(pending) pending.")]
  }
}
