import ArgumentParser

/// Whether memory grows with time.
struct SoakCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract: "A steady rate for a long time: memory each minute, and the slope of a line through it."
  )

  @OptionGroup var options: BenchOptions
  @Option(help: "How many minutes.") var minutes = 30
  @Option(help: "Events a second.") var rate = 5000.0
  @Option(help: "How many ids are remembered. After that many events, memory should not grow.")
  var ids = 1_000_000

  func run() async throws {
    try await options.run { bench in
      bench.report.title("\(Int(rate)) events a second for \(minutes) minutes, \(ids) ids remembered")
      var receiver = Receiver.Options()
      receiver.maxEntries = ids
      try await bench.withReceiver(receiver) { try await soak(bench, $0) }
    }
  }

  private func soak(_ bench: Bench, _ receiver: Receiver) async throws {
    var points: [(minute: Double, megabytes: Double)] = []
    for minute in 1...max(1, minutes) {
      var row = try await bench.load(
        "minute \(minute)",
        receiver,
        LoadPlan(port: receiver.subject.port, connections: 64, pace: .open(perSecond: rate, seconds: 60))
      )
      let megabytes = Double(receiver.figures?.residentBytes ?? 0) / 1e6
      row.value = megabytes
      points.append((Double(minute), megabytes))
      bench.report.add(row)
    }
    // First the table of ids fills up; growth in the second half is growth forever.
    let half = Array(points.suffix((points.count + 1) / 2))
    let slope = Self.slope(half.map(\.minute), half.map(\.megabytes))
    bench.report.add(Measurement("MB a minute, second half", "linqhook", value: slope))
  }

  /// The slope of the line of least squares.
  static func slope(_ x: [Double], _ y: [Double]) -> Double {
    let count = Double(x.count)
    guard count > 1 else { return 0 }
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let above = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    let below = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    return below > 0 ? above / below : 0
  }
}
