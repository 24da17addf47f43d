import ArgumentParser

/// The time from the start of the program to the first answered event.
struct StartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Seconds to the first 200: with an empty store, and with many ids and a backlog."
  )

  @OptionGroup var options: BenchOptions
  @Option(help: "Rounds; the median counts.") var rounds = 5
  @Option(help: "Ids in the store.") var ids = 1_000_000
  @Option(help: "Unsettled events of one handler.") var backlog = 100_000

  func run() async throws {
    try await options.run { bench in
      bench.report.title("From the start to the first 200, median of \(rounds)")
      var empty: [Double] = []
      for _ in 0..<rounds { try await bench.withReceiver { empty.append($0.startSeconds) } }
      bench.report.add(Measurement("empty store, seconds", "linqhook", value: Self.median(empty)))
      try await full(bench)
    }
  }

  private func full(_ bench: Bench) async throws {
    // First with a file handler; then a hook that never finishes leaves a backlog.
    try await bench.withReceiver { receiver in
      try LoadGenerator.fill(port: receiver.subject.port, connections: 256, count: max(0, ids - backlog))
      _ = try await receiver.settle()
    }
    var stuck = Receiver.Options.stuck
    stuck.isFresh = false
    try await bench.withReceiver(stuck) { receiver in
      try LoadGenerator.fill(port: receiver.subject.port, connections: 256, count: backlog)
      await receiver.subject.kill()
    }
    var seconds: [Double] = []
    for _ in 0..<rounds {
      try await bench.withReceiver(stuck) { receiver in
        seconds.append(receiver.startSeconds)
        await receiver.subject.kill()
      }
    }
    let name = "\(ids) ids, \(backlog) pending, s"
    bench.report.add(Measurement(name, "linqhook", value: Self.median(seconds)))
  }

  static func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
  }
}
