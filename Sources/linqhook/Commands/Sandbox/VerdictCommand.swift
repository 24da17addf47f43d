import ArgumentParser
import Foundation
import LinqSandbox
import LinqhookHTTPClient

/// `linqhook sandbox verdict`: reports lost, doubled and reordered events.
struct VerdictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verdict",
    abstract: "Compares a receiver's file with the events that the sandbox sent.",
    discussion: """
      The file is that of a `file` handler, with the format payload or envelope. The exit status is 0 if every
      event that was answered with a 2xx is in it once and in the order of its chat, else 65.

      Example:
        linqhook sandbox verdict --file events.ndjson --wait 30
      """
  )

  @Option(help: "The receiver's file, one event a line.")
  var file: String

  @Option(help: "The sandbox's report: its URL, or a file with it.")
  var report = "http://127.0.0.1:8081/sandbox/report"

  @Option(help: "How many seconds to wait until all deliveries are done and the file is complete.")
  var wait = 0.0

  @Flag(help: "Print the verdict as JSON.")
  var json = false

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let deadline = ContinuousClock.now + .seconds(max(0, min(wait, 86_400)))
      var verdict = try await judge()
      // A receiver writes its file after its answer, so missing events may still arrive.
      while !verdict.isGood || verdict.pending > 0, ContinuousClock.now < deadline {
        do { try await Task.sleep(for: .milliseconds(100)) } catch { break }
        verdict = try await judge()
      }
      if json, let text = verdict.json {
        try Terminal.print(json: String(decoding: text, as: UTF8.self))
      } else {
        try print(verdict)
      }
      if !verdict.isGood {
        throw CommandFailure(.badData, "The receiver's file has problems: see the verdict.")
      }
    }
  }

  private func judge() async throws(CommandFailure) -> Verdict {
    let report = try await readReport()
    return Verdict(report: report, file: try InputFile.read(file))
  }

  private func readReport() async throws(CommandFailure) -> SandboxReport {
    let isURL = report.hasPrefix("http://") || report.hasPrefix("https://")
    let bytes = isURL ? try await fetch() : try InputFile.read(report)
    guard let report = SandboxReport(json: bytes) else {
      throw CommandFailure(.badData, "\(report) is not a report of the sandbox.")
    }
    return report
  }

  private func fetch() async throws(CommandFailure) -> [UInt8] {
    let response: IncomingResponse
    do throws(HTTPClientError) {
      let client = try HTTPClient()
      response = try await client.send(
        OutgoingRequest(method: "GET", url: report, timeout: .seconds(30), maxResponseBytes: 1 << 30)
      )
      await client.shutdown()
    } catch {
      throw CommandFailure(.unavailable, "The sandbox's report cannot be fetched: \(error)")
    }
    guard response.status == 200 else {
      throw CommandFailure(.unavailable, "\(report) answered \(response.status), not a report.")
    }
    return response.body
  }

  private func print(_ verdict: Verdict) throws(CommandFailure) {
    try Terminal.print(
      "\(verdict.sent) events sent, \(verdict.found) lines with them, \(verdict.unknown) lines of other runs, "
        + "\(verdict.pending) pending, \(verdict.lostOnTheWay) lost on the way to the receiver"
    )
    let findings = [
      ("lost", verdict.lost), ("doubled", verdict.doubled), ("out of order", verdict.outOfOrder),
      ("never again", verdict.neverAgain), ("tampered and accepted", verdict.tamperedAccepted),
    ]
    for (name, events) in findings {
      for event in events {
        try Terminal.print("\(name): \(event.eventID) \(event.eventType) chat \(event.chatID)")
      }
    }
    for line in verdict.brokenLines { try Terminal.print("broken: line \(line)") }
    if verdict.isGood { try Terminal.print("good: nothing lost, doubled or out of order") }
  }
}
