/// One line of the report.
struct Measurement: Codable, Sendable {
  var scenario: String
  var subject: String
  var connections: Int?
  var bodyBytes: Int?
  var acceptedPerSecond: Double?
  /// Answers other than 200, and connections that were closed.
  var refused: Int?
  var p50Milliseconds: Double?
  var p90Milliseconds: Double?
  var p99Milliseconds: Double?
  var p999Milliseconds: Double?
  /// Of the server, from the start of the load until all events were delivered.
  var processorMicrosecondsPerEvent: Double?
  var residentPeakBytes: Int?
  var writtenBytesPerEvent: Double?
  /// From the last answer until every handler was done.
  var settledSeconds: Double?
  /// The scenario's own figure; its name contains the unit.
  var value: Double?

  init(_ scenario: String, _ subject: String, value: Double? = nil) {
    self.scenario = scenario
    self.subject = subject
    self.value = value
  }

  init(_ scenario: String, _ subject: String, connections: Int, _ result: LoadResult) {
    self.init(scenario, subject)
    self.connections = connections
    bodyBytes = result.bodyBytes
    acceptedPerSecond = result.perSecond
    refused = result.others.values.reduce(0, +)
    func milliseconds(_ share: Double) -> Double {
      Double(result.latency.microseconds(atShare: share)) / 1000
    }
    p50Milliseconds = milliseconds(0.5)
    p90Milliseconds = milliseconds(0.9)
    p99Milliseconds = milliseconds(0.99)
    p999Milliseconds = milliseconds(0.999)
  }

  /// The median by throughput.
  static func median(_ measurements: [Measurement]) -> Measurement? {
    let sorted = measurements.sorted { ($0.acceptedPerSecond ?? 0) < ($1.acceptedPerSecond ?? 0) }
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }
}
