import ArgumentParser

/// The memory of ids, connections and pending events.
struct MemoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Resident memory: idle, per remembered id, per connection, per pending event."
  )

  @OptionGroup var options: BenchOptions
  @Option(help: "Remembered ids.") var ids = 1_000_000
  @Option(help: "Open connections.") var connections = 2000
  @Option(help: "Events that wait for a stuck handler.") var backlog = 100_000

  func run() async throws {
    try await options.run { bench in
      bench.report.title("Resident memory")
      try await bench.withReceiver { try await idsAndConnections(bench, $0) }
      try await bench.withReceiver(.stuck) { receiver in
        let before = receiver.figures?.residentBytes ?? 0
        try LoadGenerator.fill(port: receiver.subject.port, connections: 64, count: backlog)
        let bytes = Double((receiver.figures?.residentBytes ?? 0) - before) / Double(backlog)
        bench.report.add(Measurement("bytes a pending event", "linqhook", value: bytes))
        await receiver.subject.kill()
      }
    }
  }

  private func idsAndConnections(_ bench: Bench, _ receiver: Receiver) async throws {
    func megabytes() -> Double { Double(receiver.figures?.residentBytes ?? 0) / 1e6 }
    let idle = megabytes()
    bench.report.add(Measurement("idle, MB", "linqhook", value: idle))
    let port = receiver.subject.port
    try LoadGenerator.fill(port: port, connections: 64, count: 20_000)
    _ = try await receiver.settle()
    let warm = megabytes()
    bench.report.add(Measurement("after 20 000 events, MB", "linqhook", value: warm))
    try LoadGenerator.fill(port: port, connections: 64, count: ids - 20_000)
    _ = try await receiver.settle()
    let full = megabytes()
    bench.report.add(Measurement("with \(ids) ids, MB", "linqhook", value: full))
    bench.report.add(
      Measurement("bytes an id", "linqhook", value: (full - warm) * 1e6 / Double(ids - 20_000))
    )
    var open: [LoadSocket] = []
    defer { open.forEach { $0.close() } }
    for _ in 0..<connections { open.append(try LoadSocket(port: port)) }
    // They are accepted in order, so all are open when the last one is answered.
    try LoadGenerator.fill(port: port, connections: 1, count: 1)
    let bytes = (megabytes() - full) * 1e6 / Double(connections)
    bench.report.add(Measurement("bytes a connection", "linqhook", value: bytes))
  }
}
