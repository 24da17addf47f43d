import Foundation
import LinqAPI
import LinqEvents
import LinqhookConfiguration
import LinqhookHTTPClient
import Logging
import Synchronization

/// What was last found of Linq's subscriptions, for readiness and metrics.
final class SubscriptionReport: Sendable {
  private let state = Mutex<[String]?>(nil)

  /// One sentence each, with the command that mends it; nil where nobody has looked.
  var findings: [String]? { state.withLock { $0 } }

  /// Keeps what was found; gives what is new and what is gone.
  func replace(_ findings: [String]?) -> (new: [String], gone: [String]) {
    state.withLock { old in
      let before = old ?? []
      let now = findings ?? []
      old = findings
      return (now.filter { !before.contains($0) }, before.filter { !now.contains($0) })
    }
  }
}

/// Compares Linq's subscriptions with this receiver from time to time: one that is switched off, or that sends
/// elsewhere, is found before somebody misses a message. It tells, and changes nothing.
struct SubscriptionWatch: Sendable {
  /// How many of the newest events are asked for the lines that they are of.
  private static let eventsAsked = 200
  /// A call may wait for the rate limit, but not into the next look.
  private static let maxWaitSeconds = 30.0

  let receiver: Receiver
  let logger: Logger

  /// Looks until it is cancelled. The settings may change under it by a reload.
  func run() async {
    var hasFailed = false
    while !Task.isCancelled {
      let linq = receiver.settingsInForce.linq
      if let token = linq.token {
        do {
          report(try await findings(linq, token))
          if hasFailed { logger.notice("Linq's API answers again; subscriptions are compared") }
          hasFailed = false
        } catch {
          if !hasFailed, !Task.isCancelled {
            logger.warning("could not compare Linq's subscriptions", metadata: ["error": "\(error)"])
          }
          hasFailed = true
        }
      } else {
        report(nil)
      }
      guard (try? await Task.sleep(for: linq.watchInterval)) != nil else { return }
    }
  }

  private func report(_ findings: [String]?) {
    let (new, gone) = receiver.subscriptions.replace(findings)
    for finding in new { logger.warning("subscription problem", metadata: ["finding": "\(finding)"]) }
    for finding in gone { logger.notice("subscription problem is gone", metadata: ["finding": "\(finding)"]) }
  }

  private func findings(_ linq: LinqSettings, _ token: ConfiguredSecret) async throws -> [String] {
    let http = try HTTPClient()
    do {
      let client = LinqClient(
        address: try ServiceAddress(parsing: linq.url),
        token: try IntegrationToken(token.text.reveal()),
        version: linq.api == .v2 ? .v2 : .v3,
        http: http,
        maxWaitSeconds: Self.maxWaitSeconds
      )
      let recent = try await receiver.recentEvents(limit: Self.eventsAsked)
      let subscriptions = try await client.subscriptions().value
      var findings = audit(linq, recent).findings(in: subscriptions)
      findings += try await missedMessages(client, recent)
      await http.shutdown()
      return findings
    } catch {
      await http.shutdown()
      throw error
    }
  }

  private func audit(_ linq: LinqSettings, _ recent: [RecentEvent]) -> SubscriptionAudit {
    let settings = receiver.settingsInForce
    var audit = SubscriptionAudit(
      paths: Dictionary(
        settings.endpoints.map { ($0.path, !$0.allowsUnsigned) },
        uniquingKeysWith: { $0 || $1 }
      ),
      handlers: settings.handlers.map { SubscriptionAudit.Handler(name: $0.name, events: $0.events) },
      version: linq.api == .v2 ? .v2 : .v3
    )
    audit.lines = Set(recent.compactMap(\.line))
    return audit
  }

  /// Messages that Linq's API has of a chat from here, and that should have come as events long ago.
  private func missedMessages(_ client: LinqClient, _ recent: [RecentEvent]) async throws -> [String] {
    guard let newest = recent.last, let chat = newest.chatID.flatMap({ ResourceID($0) }) else { return [] }
    let messages = try await client.messages(ofChat: chat, limit: 10).value.items
    return MissedMessages.findings(
      messages.compactMap { message in
        message.sentAt.flatMap(RFC3339.milliseconds).map { (id: message.id.description, atMilliseconds: $0) }
      },
      chat: chat.description,
      seenMessages: Set(recent.compactMap(\.messageID)),
      newestEventAtMilliseconds: newest.receivedAtMilliseconds,
      nowMilliseconds: WallClock.milliseconds()
    )
  }
}

/// What the watch needs of an event that came.
struct RecentEvent: Sendable {
  let line: String?
  let chatID: String?
  let messageID: String?
  let receivedAtMilliseconds: Int64
}

/// Tells messages that never came as events from those that are on their way.
enum MissedMessages {
  /// Linq repeats for 25 minutes; what is older than that will not come.
  private static let patienceMilliseconds: Int64 = 30 * 60_000

  /// - Parameters:
  ///   - messages: what the API has of a chat.
  ///   - seenMessages: the ids in the newest events here.
  static func findings(
    _ messages: [(id: String, atMilliseconds: Int64)],
    chat: String,
    seenMessages: Set<String>,
    newestEventAtMilliseconds newest: Int64,
    nowMilliseconds now: Int64
  ) -> [String] {
    let missed = messages.filter { message in
      !seenMessages.contains(message.id) && message.atMilliseconds > newest
        && now - message.atMilliseconds > patienceMilliseconds
    }
    guard !missed.isEmpty else { return [] }
    return [
      "Linq has \(missed.count) messages of chat \(chat) from more than half an hour ago that came here as no event, "
        + "and none has come since: events do not arrive. Look with: linqhook doctor --url PUBLIC-URL"
    ]
  }
}
