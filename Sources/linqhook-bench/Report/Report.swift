import Foundation

/// Prints measurements as they come and keeps them for the JSON file.
final class Report {
  private struct Document: Codable {
    var machine: String
    var measurements: [Measurement]
    var ratios: [String: Double]
  }

  private var measurements: [Measurement] = []
  private var ratios: [String: Double] = [:]

  func title(_ text: String) { print("\n\(text)") }

  func say(_ text: String) { print(text) }

  func add(_ measurement: Measurement) {
    measurements.append(measurement)
    print(Self.line(measurement))
  }

  /// The ratio of a figure to that of another measurement of the same run.
  func ratio(_ name: String, _ value: Double?, to other: Double?) {
    guard let value, let other, other > 0 else { return }
    ratios[name] = value / other
    print("  \(name): \(Self.number(value / other, digits: 2))")
  }

  func write(json path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let machine =
      "\(ProcessInfo.processInfo.activeProcessorCount) cores, \(ProcessInfo.processInfo.operatingSystemVersionString)"
    let document = Document(machine: machine, measurements: measurements, ratios: ratios)
    try encoder.encode(document).write(to: URL(fileURLWithPath: path))
  }

  private static func line(_ it: Measurement) -> String {
    var parts = ["  \(it.scenario.padding(toLength: 26, withPad: " ", startingAt: 0))"]
    parts.append(it.subject.padding(toLength: 12, withPad: " ", startingAt: 0))
    if let value = it.value { parts.append(number(value, digits: value < 100 ? 2 : 0)) }
    if let connections = it.connections { parts.append("\(connections) conn") }
    if let rate = it.acceptedPerSecond { parts.append("\(number(rate))/s") }
    if let p50 = it.p50Milliseconds, let p90 = it.p90Milliseconds, let p99 = it.p99Milliseconds,
      let p999 = it.p999Milliseconds
    {
      let figures = [p50, p90, p99, p999].map { number($0, digits: 2) }.joined(separator: "/")
      parts.append("p50/90/99/99.9 \(figures) ms")
    }
    if let cost = it.processorMicrosecondsPerEvent { parts.append("\(number(cost, digits: 1)) us CPU") }
    if let peak = it.residentPeakBytes { parts.append("\(number(Double(peak) / 1e6, digits: 1)) MB peak") }
    if let written = it.writtenBytesPerEvent { parts.append("\(number(written)) B written") }
    if let settled = it.settledSeconds { parts.append("filed \(number(settled, digits: 2)) s later") }
    if let refused = it.refused, refused > 0 { parts.append("\(refused) NOT 200") }
    return parts.joined(separator: "  ")
  }

  static func number(_ value: Double, digits: Int = 0) -> String {
    String(format: "%.\(digits)f", value)
  }
}
