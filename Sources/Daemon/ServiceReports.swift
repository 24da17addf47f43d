import Inbox
import Ingress
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
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        repeat {
          manager.extendTimeout(seconds: Self.extensionSeconds)
        } while (try? await Task.sleep(for: Self.extensionInterval)) != nil
      }
      await body()
      group.cancelAll()
    }
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
          "A loop gives no sign of life; unless it comes round, the service manager will restart linqhook.",
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
