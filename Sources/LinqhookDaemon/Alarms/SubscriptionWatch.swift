import Foundation
import LinqAPI
import LinqEvents
import LinqhookConfiguration
import LinqhookHTTPClient
import Logging

/// Compares Linq's subscriptions with this receiver from time to time: one that is switched off, or that sends
/// elsewhere, is found before somebody misses a message. It tells, and changes nothing.
struct SubscriptionWatch: Sendable {
  /// How many of the newest events are asked for the lines that they are of.
  private static let eventsAsked = 200
  /// A call may wait for the rate limit, but not into the next look.
  private static let maxWait = Duration.seconds(30.0)
  private static let timeout = Duration.seconds(60.0)

  let receiver: Receiver
  let logger: Logger

  /// Looks until it is cancelled. The settings may change under it by a reload, which has it look at once.
  func run() async {
    var hasFailed = false
    while !Task.isCancelled {
      let linq = receiver.settingsInForce.linq
      if let token = linq.token {
        do {
          report(try await findings(linq, token))
          if hasFailed { logger.notice("comparing Linq's subscriptions again") }
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
      await receiver.subscriptionPause.wait(linq.watchInterval)
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
      let client = try LinqClient(
        linq,
        token: token,
        http: http,
        timeout: Self.timeout,
        maxWait: Self.maxWait
      )
      let recent = try await receiver.recentEvents(limit: Self.eventsAsked)
      let subscriptions = try await client.subscriptions().value
      var audit = SubscriptionAudit(receiver.settingsInForce, version: APIVersion(linq.api))
      audit.lines = Set(recent.compactMap(\.line))
      var findings = audit.findings(in: subscriptions)
      findings += try await missedMessages(client, recent)
      await http.shutdown()
      return findings
    } catch {
      await http.shutdown()
      throw error
    }
  }

  /// Messages that Linq's API has of a chat from here, and that should have come as events long ago.
  private func missedMessages(_ client: LinqClient, _ recent: [RecentEvent]) async throws -> [String] {
    guard let newest = recent.last, let chat = newest.chatID.flatMap({ ResourceID($0) }) else { return [] }
    let messages: [ChatMessage]
    do throws(LinqAPIError) {
      messages = try await client.messages(ofChat: chat, limit: 10).value.items
    } catch {
      // The chat may be gone at Linq, or be known to the other version of the API only.
      guard error.status == 404 else { throw error }
      return []
    }
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
