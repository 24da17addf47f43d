import ArgumentParser
import Foundation

/// The options of every part of the benchmark.
struct BenchOptions: ParsableArguments {
  @Option(help: "The linqhook to measure; by default the one next to this program.")
  var binary: String?

  @Option(
    help: "The folder for stores; by default that for temporary files. Its disk is measured, too."
  )
  var folder: String?

  @Option(help: "Writes all figures to this file, too.")
  var json: String?

  @Option(help: "Seconds of each measurement.")
  var seconds = 5.0

  /// Runs a part of the benchmark in its own folder.
  func run(_ body: (Bench) async throws -> Void) async throws {
    let parent = folder ?? FileManager.default.temporaryDirectory.path
    let own = "\(parent)/linqhook-bench-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: own) }
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let beside = program.deletingLastPathComponent().appendingPathComponent("linqhook").path
    let bench = Bench(
      binary: binary ?? beside,
      program: program.path,
      folder: own,
      seconds: seconds,
      report: Report()
    )
    guard FileManager.default.isExecutableFile(atPath: bench.binary) else {
      throw ValidationError(
        "There is no \(bench.binary). Build it with: swift build -c release --product linqhook"
      )
    }
    try await body(bench)
    if let json { try bench.report.write(json: json) }
  }
}

/// One run: the measured program, the folder, and the report.
struct Bench {
  let binary: String
  /// This program, which also serves the ceiling.
  let program: String
  let folder: String
  let seconds: Double
  let report: Report

  /// A linqhook with an empty store, for as long as `body` runs.
  func withReceiver<Result>(
    _ options: Receiver.Options = Receiver.Options(),
    _ body: (Receiver) async throws -> Result
  ) async throws -> Result {
    let receiver = try await Receiver.start(binary: binary, folder: "\(folder)/store", options)
    do {
      let result = try await body(receiver)
      await receiver.subject.stop()
      return result
    } catch {
      await receiver.subject.stop()
      throw error
    }
  }

  /// Loads a receiver and measures the cost; throws when an acknowledged event is not in the files.
  func load(_ scenario: String, _ receiver: Receiver, _ plan: LoadPlan) async throws -> Measurement {
    _ = try await receiver.settle()
    let linesBefore = try receiver.filedLines()
    var settled: Double?
    let (result, measured) = try await measure(scenario, receiver.subject, plan) {
      settled = try await receiver.settle()
    }
    var measurement = measured
    measurement.settledSeconds = settled
    try checkFile(receiver, linesBefore: linesBefore, result, plan)
    return measurement
  }

  /// A server other than linqhook under the same load.
  func load(_ scenario: String, _ subject: Subject, _ plan: LoadPlan) async throws -> Measurement {
    try await measure(scenario, subject, plan) {}.measurement
  }

  /// - Parameter finish: counts for the cost of the events, and not for how fast they were accepted.
  private func measure(
    _ scenario: String,
    _ subject: Subject,
    _ plan: LoadPlan,
    finish: () async throws -> Void
  ) async throws -> (result: LoadResult, measurement: Measurement) {
    let before = subject.process.flatMap { ProcessFigures($0) }
    let result = try LoadGenerator.run(plan)
    try await finish()
    var measurement = Measurement(scenario, subject.name, connections: plan.connections, result)
    if let before, let after = subject.process.flatMap({ ProcessFigures($0) }) {
      let events = Double(max(1, result.accepted))
      measurement.processorMicrosecondsPerEvent =
        (after.processorSeconds - before.processorSeconds) * 1e6 / events
      measurement.writtenBytesPerEvent = Double(after.writtenBytes - before.writtenBytes) / events
      measurement.residentPeakBytes = after.residentBytesPeak
    }
    return (result, measurement)
  }

  /// Checks that acknowledged events are filed. A closed loop ends during its last requests, whose answers
  /// are not read.
  private func checkFile(
    _ receiver: Receiver,
    linesBefore: Int,
    _ result: LoadResult,
    _ plan: LoadPlan
  ) throws {
    let filed = try receiver.filedLines() - linesBefore
    guard (result.accepted...(result.accepted + plan.connections)).contains(filed) else {
      throw BenchError.subject("\(result.accepted) events were acknowledged and \(filed) are filed.")
    }
  }
}
