public import ArgumentParser
import LinqAPI
public import LinqSandbox
import MicroHTTP
import UnixSignals

extension SandboxConfiguration.APIVersion: ExpressibleByArgument {}

/// `linqhook sandbox`: the stand-in itself.
struct RunSandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs the stand-in; what `linqhook sandbox` does by itself.",
    discussion: """
      Prints one line when it is ready: the address that it listens on. Any integration token is good. What is
      sent through its API is delivered, read and answered within seconds, and posted to the subscriptions as
      Linq would: an answer within 10 s, up to 10 tries over 25 minutes, all but 5xx and 429 final. Events are
      posted to this machine and its local network only, unless --anywhere is given. All state is in memory.
      GET /sandbox/report says what was sent and what became of it.

      Scenarios: duplicates (events come twice at once), reorder (they overtake each other), slow (they come
      late), drop (the first answer is lost), tamper (a changed copy comes first), clock-skew (the sender's
      clock is off), burst (a hundred messages at once).

      Example:
        linqhook sandbox --listen 127.0.0.1:8081 --scenario duplicates,drop --time-scale 60
      """
  )

  @Option(help: "host:port, [::1]:port or unix:/path.")
  var listen = "127.0.0.1:8081"

  @Option(help: "v2, or v3 for V3 events with both of its header sets.")
  var version: SandboxConfiguration.APIVersion = .v2

  @Option(help: "What disturbs the deliveries, separated by commas.")
  var scenario: [String] = []

  @Option(
    help: "How many times faster than Linq waits pass: 60 makes a minute a second (as does 1/60, 0.0167)."
  )
  var timeScale = 1.0

  @Option(help: "Calls a second; more are answered 429.")
  var rateLimit: Int?

  @Option(help: "Makes the disturbances of a run repeatable.")
  var seed: UInt64 = 1

  @Option(help: "One of your Linq numbers; others may then not send. By default any number may.")
  var number: [String] = []

  @Flag(help: "Post to hosts outside this machine and its local network too.")
  var anywhere = false

  func validate() throws {
    guard timeScale > 0, timeScale.isFinite else { throw ValidationError("--time-scale must be above 0.") }
    guard rateLimit.map({ $0 > 0 }) ?? true else { throw ValidationError("--rate-limit must be at least 1.") }
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

  private static func start(_ configuration: SandboxConfiguration) throws(CommandFailure) -> Sandbox {
    do throws(SandboxError) { return try Sandbox(configuration) } catch {
      throw CommandFailure(.unavailable, error.description)
    }
  }

  private func settings() throws(CommandFailure) -> SandboxConfiguration {
    SandboxConfiguration(
      listen: try address(),
      version: version,
      scenarios: try scenarios(),
      // Nobody wants a sandbox that is slower than Linq, so a factor below 1 is meant for the waits.
      timeScale: timeScale >= 1 ? timeScale : 1 / timeScale,
      rateLimit: rateLimit,
      seed: seed,
      lines: try number.map { text throws(CommandFailure) in try PhoneNumber(argument: text) },
      deliversAnywhere: anywhere
    )
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
        throw CommandFailure(.usage, "There is no scenario \(name). There are \(names).")
      }
      scenarios.insert(scenario)
    }
    return scenarios
  }
}
