import ArgumentParser
import Pacing

/// How long it takes from an event to the answer's request at Linq.
struct AnswersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answers",
    abstract: "The time from an event to its answer's request at Linq, for a worker that answers at once.",
    discussion: """
      The time counts from the moment when the event was due, and holds all of linqhook's way: the synced store, the \
      worker, the synced outbox, the request.
      """
  )

  @OptionGroup var options: BenchOptions
  @Option(help: "Events a second.") var rate = 100.0
  @Option(help: "How many events; at most 20 for each of the 1000 chats.") var count = 2000

  func validate() throws {
    guard rate > 0, (1...20_000).contains(count) else {
      throw ValidationError("The rate is more than 0, and count 1 to 20000.")
    }
  }

  func run() async throws {
    try await options.run { bench in
      bench.report.title("\(count) events, \(Report.number(rate)) a second, answered at once by a worker")
      let linq = try LinqTarget()
      var receiver = Receiver.Options()
      receiver.worker = (command: "\"\(bench.program)\", answer-events, --reply", input: "message")
      receiver.linqURL = linq.url
      do {
        try await bench.withReceiver(receiver) { try await measure(bench, $0, linq) }
        await linq.stop()
      } catch {
        await linq.stop()
        throw error
      }
    }
  }

  private func measure(_ bench: Bench, _ receiver: Receiver, _ linq: LinqTarget) async throws {
    // The first event of all is the start's own.
    guard try await receiver.settle() != nil, let before = receiver.figures else {
      throw BenchError.subject("linqhook did not answer its first event.")
    }
    linq.forget()
    let plan = LoadPlan(
      port: receiver.subject.port,
      connections: 8,
      pace: .open(perSecond: rate, seconds: Double(count) / rate)
    )
    let result = try LoadGenerator.run(plan)
    guard try await receiver.settle() != nil, let after = receiver.figures else {
      throw BenchError.subject("The answers did not end.")
    }
    let seen = linq.seen
    guard seen.at.count == result.accepted, seen.repeated == 0 else {
      throw BenchError.subject(
        "\(result.accepted) events were accepted, \(seen.at.count) answered, \(seen.repeated) more than once."
      )
    }
    var answered = result
    answered.latency = try latency(of: seen.at, result, plan)
    var row = Measurement("event to answer", "linqhook", connections: plan.connections, answered)
    row.processorMicrosecondsPerEvent =
      (after.processorSeconds - before.processorSeconds) * 1e6 / Double(max(1, result.accepted))
    bench.report.add(row)
  }

  private func latency(of arrivals: [String: Int64], _ result: LoadResult, _ plan: LoadPlan) throws
    -> LatencyHistogram
  {
    var latency = LatencyHistogram()
    for (text, arrivedAt) in arrivals {
      guard let number = EventTemplate.number(ofID: text) else {
        throw BenchError.subject("An answer is not that of the benchmark's worker.")
      }
      latency.record(
        nanoseconds: arrivedAt - result.beganAtNanoseconds - plan.dueNanoseconds(number - 1)
      )
    }
    return latency
  }
}
