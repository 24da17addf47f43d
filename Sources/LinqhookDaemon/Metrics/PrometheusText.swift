/// Writes the Prometheus text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct PrometheusText {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  enum Kind: String {
    case counter, gauge, histogram
  }

  private(set) var bytes: [UInt8] = []

  /// Starts a family; its samples must follow at once.
  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    append("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
  }

  mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
    append(name)
    append(Self.labels(labels))
    append(" \(Self.number(value))\n")
  }

  /// A family of one sample without labels.
  mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
    family(name, kind, help)
    sample(name, [], value)
  }

  /// The samples of a histogram; `counts` are by bucket, not cumulative, the infinite bucket last.
  mutating func histogram(
    _ name: String,
    _ labels: [(String, String)] = [],
    bounds: [Double],
    counts: [Int],
    sum: Double
  ) {
    var cumulative = 0
    for (bound, count) in zip(bounds, counts) {
      cumulative += count
      sample("\(name)_bucket", labels + [("le", Self.number(bound))], Double(cumulative))
    }
    let total = counts.reduce(0, +)
    sample("\(name)_bucket", labels + [("le", "+Inf")], Double(total))
    sample("\(name)_sum", labels, sum)
    sample("\(name)_count", labels, Double(total))
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private static func labels(_ labels: [(String, String)]) -> String {
    guard !labels.isEmpty else { return "" }
    return "{" + labels.map { #"\#($0.0)="\#(escape($0.1))""# }.joined(separator: ",") + "}"
  }

  private static func escape(_ value: String) -> String {
    var escaped = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  /// Whole numbers without a fraction, as other exporters write them.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
