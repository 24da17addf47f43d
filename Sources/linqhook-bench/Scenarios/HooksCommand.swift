import ArgumentParser
import Pacing
import Supervision

/// The cost of starting a program for each event.
struct HooksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hooks",
    abstract: "Shell hooks a second, and the processor time of one."
  )

  @OptionGroup var options: BenchOptions
  @Option(help: "How many events.") var count = 3000

  func run() async throws {
    try await options.run { bench in
      bench.report.title("/bin/true for each of \(count) events")
      for concurrency in [1, 4, 16] {
        var receiver = Receiver.Options()
        receiver.hook = "/bin/true"
        receiver.hookConcurrency = concurrency
        try await bench.withReceiver(receiver) { try await measure(bench, $0, concurrency) }
      }
    }
  }

  private func measure(_ bench: Bench, _ receiver: Receiver, _ concurrency: Int) async throws {
    guard let before = receiver.figures else { throw BenchError.subject("linqhook has ended.") }
    let begin = MonotonicTime.now().nanoseconds
    let plan = LoadPlan(port: receiver.subject.port, connections: 64, pace: .count(count))
    let result = try LoadGenerator.run(plan)
    guard try await receiver.settle() != nil, let after = receiver.figures else {
      throw BenchError.subject("The hooks did not end.")
    }
    let seconds = Double(MonotonicTime.now().nanoseconds - begin) / 1e9
    var row = Measurement(
      "hooks a second, \(concurrency) at once",
      "linqhook",
      value: Double(count) / seconds
    )
    row.refused = result.others.values.reduce(0, +)
    row.processorMicrosecondsPerEvent =
      (after.processorSeconds - before.processorSeconds) * 1e6 / Double(count)
    bench.report.add(row)
  }
}
