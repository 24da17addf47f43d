import Ingress
import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import ShownText

/// Whether the receiver takes events, and what an operator should know beside.
struct Readiness {
  struct Check {
    var name: String
    var isGood: Bool
    /// Whether a failure of this check means that no event is taken.
    var isRequired: Bool
    var detail: String
  }

  let checks: [Check]

  var isReady: Bool { checks.allSatisfy { $0.isGood || !$0.isRequired } }

  init(
    isDraining: Bool,
    inbox: InboxStatistics,
    endpoints: [EndpointReport],
    handlers: [HandlerStatistics],
    subscriptionFindings: [String]? = nil
  ) {
    var checks = [
      Check(
        name: "accepting",
        isGood: !isDraining,
        isRequired: true,
        detail: isDraining ? "draining before the stop" : "yes"
      ),
      Check(
        name: "store",
        isGood: inbox.unavailability == nil,
        isRequired: true,
        detail: inbox.unavailability.map(Self.sentence) ?? "\(inbox.pendingEvents) events pending"
      ),
    ]
    for endpoint in endpoints {
      checks.append(
        Check(
          name: "endpoint \(endpoint.path)",
          isGood: !endpoint.seesOnlyMismatches,
          isRequired: false,
          detail: Self.sentence(endpoint)
        )
      )
    }
    for handler in handlers {
      checks.append(
        Check(
          name: "handler \(handler.handler)",
          isGood: handler.health == .working,
          isRequired: false,
          detail: Self.sentence(handler)
        )
      )
    }
    if let findings = subscriptionFindings {
      checks.append(
        Check(
          name: "subscriptions",
          isGood: findings.isEmpty,
          isRequired: false,
          detail: findings.isEmpty ? "Linq's fit this receiver" : findings.joined(separator: " ")
        )
      )
    }
    self.checks = checks
  }

  /// `ok` or `unavailable`, and with `verbose` a line for each check.
  func text(isVerbose: Bool) -> String {
    guard isVerbose else { return isReady ? "ok\n" : "unavailable\n" }
    let lines = checks.map { Shown.line("[\($0.isGood ? "+" : "-")] \($0.name): \($0.detail)") }
    return (lines + [isReady ? "ready" : "not ready"]).joined(separator: "\n") + "\n"
  }

  /// Without the last error: a reader of this may not read what a program wrote about people's messages.
  private static func sentence(_ handler: HandlerStatistics) -> String {
    let counts = "\(handler.pendingEvents) pending, \(handler.deadLetters) dead"
    guard !handler.isPaused else { return "paused; \(counts); linqhook handlers resume lets it go on" }
    guard case .failing(let since, let probeAt) = handler.health else { return counts }
    let failures = handler.failuresInARow > 0 ? ", \(handler.failuresInARow) failures in a row" : ""
    let probe = probeAt == nil ? "" : ", probed gently"
    let time = RFC3339.text(milliseconds: since)
    return "failing since \(time)\(failures)\(probe); \(counts); see linqhook handlers list"
  }

  private static func sentence(_ endpoint: EndpointReport) -> String {
    if endpoint.hasVerified { return "signatures hold" }
    return endpoint.seesOnlyMismatches
      ? "none of \(endpoint.mismatchCount) signatures matches its secrets; the log says why"
      : "no signature seen since its secrets were loaded"
  }

  private static func sentence(_ unavailability: InboxUnavailability) -> String {
    switch unavailability {
    case .backlogFull: "more events are pending than inbox.max_pending allows"
    case .idsFull: "the ids of requests that could be played again fill inbox.dedup.max_entries"
    case .storeFull: "the store has reached inbox.max_bytes"
    case .diskFull: "the disk is full"
    case .storeFailed: "the store fails; it is opened again before anything is accepted"
    case .storeDamaged:
      "the store is damaged; nothing is accepted until it was restored (linqhook inbox check, restore) and linqhook restarted"
    case .closed: "the store is closed"
    }
  }
}
