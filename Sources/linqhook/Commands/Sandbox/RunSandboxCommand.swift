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
      Prints its listening address when it is ready. It accepts any integration token. A message that is sent
      through its API is delivered, read and answered within seconds. The events are posted to the
      subscriptions by Linq's rule: 10 s to answer, up to 10 tries over 25 minutes, and every answer but 5xx
      and 429 is final. Without --anywhere they are posted only to this machine and its local network. All
      state is in memory. It answers calls of V2: set LINQ_API_VERSION=v2 for "linqhook api". GET /sandbox/report lists all deliveries and their outcomes.

      Scenarios: duplicates (events are sent twice at once), reorder (they overtake each other), slow (they
      arrive late), drop (the first answer is lost), tamper (a changed copy is sent first), clock-skew (the
      sender's clock is wrong), burst (a hundred messages at once).

      Example:
        linqhook sandbox --listen 127.0.0.1:8081 --scenario duplicates,drop --time-scale 60
      """
  )

  @Option(help: "host:port, [::1]:port or unix:/path.")
  var listen = "127.0.0.1:8081"

  @Option(help: "v2, or v3 for V3 events with both kinds of signature headers.")
  var version: SandboxConfiguration.APIVersion = .v2

  @Option(help: "The scenarios, separated by commas.")
  var scenario: [String] = []

  @Option(
    help: "How many times shorter than Linq's all waits are: with 60 a minute takes a second."
  )
  var timeScale = 1.0

  @Option(help: "Allowed calls a second; further ones are answered 429.")
  var rateLimit: Int?

  @Option(help: "The same seed gives the same disturbances.")
  var seed: UInt64 = 1

  @Option(help: "A number that may send; repeat it for more. By default every number may.")
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
      // A sandbox slower than Linq is useless, so 1/60 is taken for 60.
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
        throw CommandFailure(.usage, "There is no scenario \(name). The scenarios are \(names).")
      }
      scenarios.insert(scenario)
    }
    return scenarios
  }
}
