import Ingress
import LinqhookInbox
import Logging
import MicroHTTP
import Supervision

/// What the service manager hears while the receiver runs: that the work goes on, how much there is, and that a
/// stop takes its time.
struct ServiceReports: Sendable {
  private static let statusInterval = Duration.seconds(10)
  private static let extensionInterval = Duration.seconds(5)
  /// More than one interval, so that a late beat costs nothing.
  private static let extensionSeconds = 15.0
  /// What a stop may take beyond `shutdown.drain`: handlers that are cut off, programs that are ended, the store.
  private static let extensionBeyondDrain = Duration.seconds(40)

  let receiver: Receiver
  let manager: ServiceManager
  let logger: Logger

  /// Reports until it is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await watchdog.run() }
      group.addTask { await reportStatus() }
    }
  }

  /// Asks for patience while `body` runs. `TimeoutStopSec=` in the unit need not know `shutdown.drain`.
  func extendingTimeout(_ body: () async -> Void) async {
    let limit = receiver.drainTime + Self.extensionBeyondDrain
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await Self.extend(for: limit, clock: .continuous) {
          manager.extendTimeout(seconds: Self.extensionSeconds)
        }
      }
      await body()
      group.cancelAll()
    }
  }

  /// Asks again and again until it is cancelled, or until no stop can take so long: one that hangs is for the service
  /// manager to end.
  static func extend(for limit: Duration, clock: some Clock<Duration>, _ ask: @Sendable () -> Void) async {
    let end = clock.now.advanced(by: limit)
    repeat {
      ask()
      guard clock.now < end else { return }
    } while (try? await clock.sleep(for: extensionInterval)) != nil
  }

  /// Delivery has no loop of its own: its tasks run on the threads that ask.
  private var watchdog: Watchdog {
    Watchdog(
      manager: manager,
      loops: [
        .init("the HTTP server") { await receiver.server.heartbeat() },
        .init("the inbox") { await receiver.inbox.heartbeat() },
      ],
      onSilence: { [logger] loop, seconds in
        logger.critical(
          "event loop not responding; the service manager restarts linqhook unless it recovers",
          metadata: ["loop": "\(loop)", "seconds": "\(seconds)"]
        )
      }
    )
  }

  private func reportStatus() async {
    var acceptedBefore = accepted
    while (try? await Task.sleep(for: Self.statusInterval)) != nil {
      let acceptedNow = accepted
      let perMinute = (acceptedNow - acceptedBefore) * 60 / Int(Self.statusInterval.inSeconds)
      acceptedBefore = acceptedNow
      let pending = receiver.inbox.statistics.pendingEvents
      let addresses = receiver.addresses.joined(separator: " ")
      manager.status("\(perMinute) events a minute, \(pending) pending, listening on \(addresses)")
    }
  }

  private var accepted: Int { receiver.ingress.statistics.outcomes[.accepted, default: 0] }
}
