import ArgumentParser
import Foundation

/// The most important figures, with the limits of this machine, in a few minutes.
struct QuickCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quick",
    abstract: "Throughput, latency, a burst, and the limits of this machine; a few minutes.",
    discussion: """
      Example:
        swift run -c release linqhook-bench --json figures.json
      """
  )

  @OptionGroup var options: BenchOptions

  @Option(help: "Rounds of each throughput measurement; the median is reported.")
  var rounds = 3

  @Option(help: "A program that is started with a port and a number of loops and gets the same requests.")
  var prototype: String?

  @Option(help: "A running server, as NAME=PORT/PATH; it gets the same requests.")
  var peer: [String] = []

  private static let connectionCounts = [16, 64, 256]

  func run() async throws {
    try await options.run { bench in
      try machine(bench)
      try await throughput(bench)
      try await latency(bench)
      try await burst(bench)
      try await rest(bench)
    }
  }

  private func machine(_ bench: Bench) throws {
    bench.report.title("This machine")
    let syncs = try MachineCeilings.syncsPerSecond(folder: bench.folder)
    bench.report.add(Measurement("syncs of 4 KiB a second", "disk", value: syncs))
    let codes = try MachineCeilings.codesPerSecond(bytes: 700)
    bench.report.add(Measurement("HMACs of 700 B a second", "one core", value: codes))
  }

  /// In rounds with every server once, so that a noisy moment does not hit only one of them.
  private func throughput(_ bench: Bench) async throws {
    for connections in Self.connectionCounts {
      bench.report.title("As fast as it goes, \(connections) connections, median of \(rounds)")
      var rows: [String: [Measurement]] = [:]
      var names: [String] = []
      for _ in 0..<rounds {
        for row in try await round(bench, connections) {
          if rows[row.subject] == nil { names.append(row.subject) }
          rows[row.subject, default: []].append(row)
        }
      }
      let medians = names.compactMap { name in rows[name].flatMap(Measurement.median) }
      for median in medians { bench.report.add(median) }
      for median in medians.dropFirst() {
        bench.report.ratio(
          "linqhook / \(median.subject) at \(connections)",
          medians[0].acceptedPerSecond,
          to: median.acceptedPerSecond
        )
      }
    }
  }

  private func round(_ bench: Bench, _ connections: Int) async throws -> [Measurement] {
    let name = "closed loop"
    func plan(_ port: UInt16, _ path: String) -> LoadPlan {
      LoadPlan(port: port, path: path, connections: connections, pace: .closed(seconds: bench.seconds))
    }
    var rows = [
      try await bench.withReceiver { receiver in
        try await bench.load(name, receiver, plan(receiver.subject.port, receiver.subject.path))
      }
    ]
    for peer in try peers(bench) {
      let subject = try await peer.start()
      rows.append(try await bench.load(name, subject, plan(subject.port, subject.path)))
      await subject.stop()
    }
    return rows
  }

  private func peers(_ bench: Bench) throws -> [Peer] {
    var peers = [
      Peer(name: "no store", folder: bench.folder) { [program = bench.program] _ in
        ([program, "serve-ceiling"], nil)
      }
    ]
    if let prototype {
      peers.append(
        Peer(name: "C prototype", folder: bench.folder) { port in ([prototype, "\(port)", "2"], port) }
      )
    }
    peers += Peer.installed(folder: bench.folder)
    return peers + (try peer.map { try Peer(running: $0) })
  }

  private func latency(_ bench: Bench) async throws {
    bench.report.title("5000 events a second, latency from when each was due")
    let row = try await bench.withReceiver { receiver in
      try await bench.load(
        "open loop",
        receiver,
        LoadPlan(
          port: receiver.subject.port,
          connections: 64,
          pace: .open(perSecond: 5000, seconds: max(10, bench.seconds))
        )
      )
    }
    bench.report.add(row)
  }

  private func burst(_ bench: Bench) async throws {
    bench.report.title("20 000 events within a second, on 256 connections")
    let row = try await bench.withReceiver { receiver in
      let plan = LoadPlan(
        port: receiver.subject.port,
        connections: 256,
        pace: .open(perSecond: 20_000, seconds: 1)
      )
      var row = try await bench.load("burst", receiver, plan)
      row.value = row.acceptedPerSecond.map { $0 > 0 ? 20_000 / $0 : 0 }
      return row
    }
    bench.report.add(row)
    bench.report.say(
      "  all acknowledged \(Report.number(row.value ?? 0, digits: 2)) s after the first was due"
    )
  }

  private func rest(_ bench: Bench) async throws {
    bench.report.title("At rest")
    try await bench.withReceiver { receiver in
      bench.report.add(
        Measurement("first 200, seconds", "linqhook", value: receiver.startSeconds)
      )
      let resident = Double(receiver.figures?.residentBytes ?? 0) / 1e6
      bench.report.add(Measurement("idle memory, MB", "linqhook", value: resident))
    }
  }
}
