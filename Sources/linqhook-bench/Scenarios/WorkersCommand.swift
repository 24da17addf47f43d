import ArgumentParser
import Foundation
import Pacing
import Supervision

/// How many events a second a worker can be given, with and without the message view.
struct WorkersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workers",
    abstract: "Events a second through a worker, with input: event and input: message."
  )

  @OptionGroup var options: BenchOptions
  @Option(help: "How many events.") var count = 100_000

  func run() async throws {
    try await options.run { bench in
      bench.report.title("\(count) events to a worker that answers each at once")
      var figures: [String: Double] = [:]
      for input in ["event", "message"] {
        var receiver = Receiver.Options()
        receiver.worker = (command: "\"\(bench.program)\", answer-events", input: input)
        try await bench.withReceiver(receiver) { figures[input] = try await measure(bench, $0, input) }
      }
      bench.report.ratio("input: message to input: event", figures["message"], to: figures["event"])
    }
  }

  /// Gives events a second, from the first that is sent to the last that is settled.
  private func measure(_ bench: Bench, _ receiver: Receiver, _ input: String) async throws -> Double {
    guard let before = receiver.figures else { throw BenchError.subject("linqhook has ended.") }
    let begin = MonotonicTime.now().nanoseconds
    let plan = LoadPlan(port: receiver.subject.port, connections: 64, pace: .count(count))
    let result = try LoadGenerator.run(plan)
    guard let settled = try await receiver.settle(), let after = receiver.figures else {
      throw BenchError.subject("The worker did not end.")
    }
    let perSecond = Double(count) / (Double(MonotonicTime.now().nanoseconds - begin) / 1e9)
    var row = Measurement("worker, input: \(input)", "linqhook", value: perSecond)
    row.refused = result.others.values.reduce(0, +)
    row.settledSeconds = settled
    row.processorMicrosecondsPerEvent =
      (after.processorSeconds - before.processorSeconds) * 1e6 / Double(count)
    bench.report.add(row)
    return perSecond
  }
}

/// The worker of that scenario: takes a line an event, and answers each with `ok`. It looks for the id alone, so that
/// what is measured is linqhook's part.
struct AnswerEventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer-events",
    abstract: "The worker of the scenarios workers and answers.",
    shouldDisplay: false
  )

  @Flag(help: "Reply to each event with its id.") var reply = false

  func run() throws {
    let (input, output) = (FileHandle.standardInput, FileHandle.standardOutput)
    var rest: [UInt8] = []
    while true {
      let piece = input.availableData
      if piece.isEmpty { return }
      rest += piece
      guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
      var answers: [UInt8] = []
      for line in rest[...end].split(separator: UInt8(ascii: "\n")) {
        answers += WorkerAnswer.bytes(to: line, replies: reply)
      }
      rest.removeSubrange(...end)
      try output.write(contentsOf: Data(answers))
    }
  }
}

/// A worker's answer to one line.
enum WorkerAnswer {
  private static let idStart = Array(#"{"id":""#.utf8)
  private static let good = Array(#"","result":"ok"}"#.utf8) + [UInt8(ascii: "\n")]
  private static let goodWithReply = Array(#"","result":"ok","actions":[{"reply":""#.utf8)
  private static let replyEnd = Array(#""}]}"#.utf8) + [UInt8(ascii: "\n")]

  /// The id is the first member, and a UUID in the benchmark's events.
  static func bytes(to line: ArraySlice<UInt8>, replies: Bool = false) -> [UInt8] {
    guard line.starts(with: idStart) else { return [] }
    let id = line.dropFirst(idStart.count).prefix { $0 != UInt8(ascii: "\"") }
    return replies ? idStart + id + goodWithReply + id + replyEnd : idStart + id + good
  }
}
