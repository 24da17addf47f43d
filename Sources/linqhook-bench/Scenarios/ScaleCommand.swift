import ArgumentParser
import Foundation

/// How figures change along one axis at a time, with the rest as in the quick run.
struct ScaleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale",
    abstract:
      "Throughput and latency over connections, body length, cores, handlers, remembered ids and backlog."
  )

  @OptionGroup var options: BenchOptions
  @Flag(help: "Up to ten million ids and a million pending; half an hour and some 20 GB of disk.")
  var long = false

  func run() async throws {
    try await options.run { bench in
      try await connections(bench)
      try await bodies(bench)
      try await cores(bench)
      try await handlers(bench)
      try await ids(bench)
      try await backlog(bench)
    }
  }

  private func plan(_ bench: Bench, _ receiver: Receiver, connections: Int = 64, bodyBytes: Int = 0)
    -> LoadPlan
  {
    LoadPlan(
      port: receiver.subject.port,
      connections: connections,
      bodyBytes: bodyBytes,
      pace: .closed(seconds: bench.seconds)
    )
  }

  private func connections(_ bench: Bench) async throws {
    bench.report.title("Connections")
    for count in [1, 4, 16, 64, 256, 1000, 2000] {
      try await bench.withReceiver { receiver in
        bench.report.add(
          try await bench.load("connections", receiver, plan(bench, receiver, connections: count))
        )
      }
    }
  }

  private func bodies(_ bench: Bench) async throws {
    bench.report.title("Body length")
    for bytes in [0, 4096, 16_384, 65_536, 262_144] {
      try await bench.withReceiver { receiver in
        let plan = plan(bench, receiver, bodyBytes: bytes)
        var row = try await bench.load("body bytes", receiver, plan)
        row.value = row.bodyBytes.map(Double.init)
        bench.report.add(row)
      }
    }
  }

  /// One HTTP loop for each core that it may use.
  private func cores(_ bench: Bench) async throws {
    bench.report.title("Cores of the receiver")
    for count in 1...ProcessInfo.processInfo.activeProcessorCount {
      var options = Receiver.Options()
      options.cores = count
      try await bench.withReceiver(options) { receiver in
        var row = try await bench.load("cores", receiver, plan(bench, receiver, connections: 256))
        row.value = Double(count)
        bench.report.add(row)
      }
    }
  }

  private func handlers(_ bench: Bench) async throws {
    bench.report.title("File handlers")
    for count in [1, 2, 4, 8] {
      var options = Receiver.Options()
      options.handlers = count
      try await bench.withReceiver(options) { receiver in
        var row = try await bench.load("handlers", receiver, plan(bench, receiver))
        row.value = Double(count)
        bench.report.add(row)
      }
    }
  }

  /// In one growing store: the cost of an event must not rise with the number of remembered ids.
  private func ids(_ bench: Bench) async throws {
    bench.report.title("Remembered ids")
    try await bench.withReceiver { receiver in
      var known = 0
      for target in [10_000, 100_000, 1_000_000] + (long ? [10_000_000] : []) {
        try LoadGenerator.fill(
          port: receiver.subject.port,
          connections: 256,
          count: max(0, target - known)
        )
        _ = try await receiver.settle()
        var row = try await bench.load("ids", receiver, plan(bench, receiver))
        row.value = Double(target)
        known = target + Int((row.acceptedPerSecond ?? 0) * bench.seconds)
        bench.report.add(row)
      }
    }
  }

  /// Of a hook that never finishes, beside a file handler that does.
  private func backlog(_ bench: Bench) async throws {
    bench.report.title("Backlog of one handler")
    try await bench.withReceiver(.stuck) { receiver in
      var pending = 0
      for target in [0, 10_000, 100_000] + (long ? [1_000_000] : []) {
        try LoadGenerator.fill(
          port: receiver.subject.port,
          connections: 256,
          count: max(0, target - pending)
        )
        let result = try LoadGenerator.run(plan(bench, receiver))
        pending = target + result.accepted
        var row = Measurement("pending", "linqhook", connections: 64, result)
        row.value = Double(target)
        bench.report.add(row)
      }
      await receiver.subject.kill()
    }
  }
}
