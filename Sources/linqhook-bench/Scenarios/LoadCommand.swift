import ArgumentParser

/// The load generator alone, against any server.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Only the load generator, against a server with the secret test_secret_0123456789ab."
  )

  @Option(help: "The server's port on 127.0.0.1.") var port: UInt16
  @Option(help: "The endpoint.") var path = "/webhooks/linq"
  @Option(help: "Connections.") var connections = 64
  @Option(help: "The least length of a body in bytes.") var bodyBytes = 0
  @Option(help: "Seconds.") var seconds = 5.0
  @Option(help: "Events a second; by default each connection sends as fast as it is answered.") var rate:
    Double?

  func run() async throws {
    let pace = rate.map { LoadPlan.Pace.open(perSecond: $0, seconds: seconds) } ?? .closed(seconds: seconds)
    let plan = LoadPlan(port: port, path: path, connections: connections, bodyBytes: bodyBytes, pace: pace)
    Report().add(Measurement("load", "port \(port)", connections: connections, try LoadGenerator.run(plan)))
  }
}
