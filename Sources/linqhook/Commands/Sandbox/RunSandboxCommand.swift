public import ArgumentParser
import LinqAPI
public import LinqSandbox
import MicroHTTP
import UnixSignals

extension SandboxConfiguration.APIVersion: ExpressibleByArgument {}

/// `linqhook sandbox run`: the stand-in itself.
struct RunSandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs the stand-in; the same as `linqhook sandbox`.",
    discussion: """
      Prints its listening address when it is ready. Partner API V3 is below /api/partner/v3, V2 below
      /api/partner/v2; both see the same lines, chats and messages, and each has its own subscriptions. It
      accepts any token unless --token is given. A message that is sent through either API is sent, delivered,
      read and answered within seconds; one to another line of the account arrives there instead. The events are posted to the subscriptions by Linq's rule: 10 s to
      answer, up to 10 tries over 25 minutes, and every answer but 5xx and 429 is final. A subscription of V3
      gets its events in the version that its URL names (?version=2025-01-01 or 2026-02-03). Without --anywhere
      they are posted only to this machine and its local network, where target_url may be http. All state is
      in memory. GET /sandbox/report lists all deliveries and their outcomes.

      As Linq does it, for both APIs together: 30 messages a minute for a line and a person, then 429; after STOP
      from a person 403, in V3 with code 2024, until they write something else; a repeated idempotency key gets
      the first answer. The limits and lives shrink with --time-scale.

      What people do is asked for by POST with JSON:
        /sandbox/messages   from, text, to (a line), attachments [{filename, content_type, text|base64|url}],
                            reply_to, reconciled, delay_seconds
        /sandbox/reactions  message_id, type, custom_emoji, part_index, operation (add or remove)
        /sandbox/edits      message_id, text, part_index
        /sandbox/failures   message_id, code, delivered_after_seconds
        /sandbox/events     type (each of V2 and V3), data (replaces members of the sample), line,
                            delay_seconds

      Scenarios: duplicates (events are sent twice at once), reorder (they overtake each other), slow (they
      arrive late), drop (the first answer is lost), tamper (a changed copy is sent first), clock-skew (the
      sender's clock is wrong), burst (a hundred messages at once), reconciled (half of the answers are five
      hours old), failed-first (a send fails and is delivered after all), edited (people correct themselves).

      Example:
        linqhook sandbox --listen 127.0.0.1:8081 --scenario duplicates,drop --time-scale 60
        curl -d '{"from": "+12025550147", "text": "STOP"}' http://127.0.0.1:8081/sandbox/messages
      """
  )

  @Option(help: "host:port, [::1]:port or unix:/path.")
  var listen = "127.0.0.1:8081"

  @Option(help: "v3 gives subscriptions that were made through V2 the events of V3.")
  var version: SandboxConfiguration.APIVersion = .v2

  @Option(help: "The scenarios, separated by commas.")
  var scenario: [String] = []

  @Option(
    help: "How many times faster than Linq's all waits pass, 1 or more: with 60 a minute takes a second.",
    transform: Self.timeScale
  )
  var timeScale = 1.0

  @Option(help: "Allowed calls a second; further ones are answered 429.")
  var rateLimit: Int?

  @Option(help: "The only token that is accepted; by default any.")
  var token: String?

  @Option(help: "The share of sends, 0 to 1, that are answered 429.")
  var refuseSends = 0.0

  @Option(help: "The share of sends, 0 to 1, that are answered 500 after they took effect.")
  var failAnswers = 0.0

  @Option(help: "The share of deliveries, 0 to 1, that are lost for good, as by a fault of DNS.")
  var loseDeliveries = 0.0

  @Flag(help: "URLs of files die after 15 minutes; GET /v3/attachments/ID gives a new one.")
  var ephemeral = false

  @Flag(help: "People read messages, but neither answer nor react by themselves.")
  var quiet = false

  @Option(help: "The same seed gives the same disturbances.")
  var seed: UInt64 = 1

  @Option(help: "A number that may send; repeat it for more. By default every number may.")
  var number: [String] = []

  @Flag(help: "Post to hosts outside this machine and its local network too.")
  var anywhere = false

  func validate() throws {
    guard rateLimit.map({ $0 > 0 }) ?? true else { throw ValidationError("--rate-limit must be at least 1.") }
    for (name, share) in [
      ("refuse-sends", refuseSends), ("fail-answers", failAnswers), ("lose-deliveries", loseDeliveries),
    ] where !(0...1).contains(share) {
      throw ValidationError("--\(name) must be from 0 to 1.")
    }
  }

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let sandbox = try Self.start(try settings())
      try Terminal.print(sandbox.addresses.map(\.description).joined(separator: " "))
      await withTaskGroup { group in
        group.addTask { await sandbox.run() }
        group.addTask {
          for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
          await sandbox.stop()
        }
        await group.waitForAll()
      }
    }
  }

  private static func timeScale(_ text: String) throws -> Double {
    guard let scale = Double(text), scale >= 1, scale.isFinite else {
      throw ValidationError("Write a number from 1 up; --time-scale 60 makes a minute take a second.")
    }
    return scale
  }

  private static func start(_ configuration: SandboxConfiguration) throws(CommandFailure) -> Sandbox {
    do throws(SandboxError) { return try Sandbox(configuration) } catch {
      throw CommandFailure(.unavailable, error.description)
    }
  }

  private func settings() throws(CommandFailure) -> SandboxConfiguration {
    var settings = SandboxConfiguration(
      listen: try address(),
      version: version,
      scenarios: try scenarios(),
      timeScale: timeScale,
      rateLimit: rateLimit,
      seed: seed,
      lines: try number.map { text throws(CommandFailure) in try PhoneNumber(argument: text) },
      deliversAnywhere: anywhere
    )
    settings.token = token
    settings.peopleAnswer = !quiet
    settings.hasEphemeralAttachments = ephemeral
    settings.refusedSendShare = refuseSends
    settings.failedAnswerShare = failAnswers
    settings.lostDeliveryShare = loseDeliveries
    return settings
  }

  private func address() throws(CommandFailure) -> ListenAddress {
    do throws(ListenAddressError) { return try ListenAddress(parsing: listen) } catch {
      throw CommandFailure(.usage, error.description)
    }
  }

  private func scenarios() throws(CommandFailure) -> Set<SandboxConfiguration.Scenario> {
    var scenarios: Set<SandboxConfiguration.Scenario> = []
    for name in scenario.flatMap({ $0.split(separator: ",") }).map(String.init) {
      guard let scenario = SandboxConfiguration.Scenario(rawValue: name) else {
        let names = SandboxConfiguration.Scenario.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandFailure(.usage, "There is no scenario \(name). The scenarios are \(names).")
      }
      scenarios.insert(scenario)
    }
    return scenarios
  }
}
