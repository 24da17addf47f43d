import ChildProcesses
import Ingress
import LinqhookConfiguration
import Logging

/// Looks after the alarms while the receiver runs. The settings may change under it by a reload.
struct AlarmWatch: Sendable {
  private static let lookInterval = Duration.seconds(1)
  private static let commandTimeout = Duration.seconds(30.0)
  private static let commandGrace = Duration.seconds(5.0)
  /// What the command inherits; it is no hook, and gets no more of our environment than one.
  private static let inheritedVariables = ["PATH", "HOME"]

  let receiver: Receiver
  let environment: [String: String]
  let logger: Logger

  /// Looks until it is cancelled.
  func run() async {
    let start = ContinuousClock.now
    var silence = SilenceAlarm(acceptedCount: acceptedCount, at: .zero)
    var skew = SkewAlarm()
    while (try? await Task.sleep(for: Self.lookInterval)) != nil {
      if let seconds = receiver.ingress.statistics.clockSkewSeconds,
        let news = skew.observe(skewSeconds: seconds)
      {
        log(news)
      }
      guard let settings = receiver.silenceSettings else { continue }
      let now = ContinuousClock.now - start
      if let length = silence.observe(acceptedCount: acceptedCount, at: now, after: settings.after) {
        await ring(settings, length)
      }
    }
  }

  /// Only new events: what verifies and is known may be a recorded request that somebody plays again.
  private var acceptedCount: Int { receiver.ingress.statistics.outcomes[.accepted, default: 0] }

  private func log(_ news: SkewAlarm.News) {
    switch news {
    case .apart(let seconds):
      logger.warning(
        "clock differs from Linq's by a minute or more; check NTP, events beyond the tolerance get 503",
        metadata: ["skew_seconds": "\(seconds)"]
      )
    case .together: logger.notice("clock agrees with Linq's again")
    }
  }

  private func ring(_ settings: SilenceSettings, _ length: Duration) async {
    let seconds = Int(length.inSeconds)
    logger.warning(
      "no new event for a while; running the silence command",
      metadata: ["seconds": "\(seconds)"]
    )
    var variables = environment.filter { Self.inheritedVariables.contains($0.key) }
    variables["LINQ_SILENCE_SECONDS"] = "\(seconds)"
    let child = ChildProcess(
      ChildCommand(arguments: settings.command, environment: variables, searchPath: environment["PATH"])
    )
    do {
      try await child.start(
        input: .bytes([]),
        timeout: Self.commandTimeout,
        grace: Self.commandGrace
      )
    } catch {
      logger.error("could not start the silence command", metadata: ["error": "\(error)"])
      return
    }
    let end = await withTaskCancellationHandler {
      await child.waitForEnd()
    } onCancel: {
      Task { await child.end(grace: Self.commandGrace) }
    }
    guard end.status != .exited(0) else { return }
    logger.error("silence command failed", metadata: ["end": "\(end.described)"])
  }
}
