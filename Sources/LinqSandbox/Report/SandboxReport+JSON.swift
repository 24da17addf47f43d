import FoundationEssentials

extension SandboxReport {
  /// Reads the answer of `GET /sandbox/report`, or a file with it; nil when it is not a report.
  public init?(json: [UInt8]) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let report = try? decoder.decode(SandboxReport.self, from: Data(json)) else { return nil }
    self = report
  }

  /// The report as JSON for people and programs; nil only without memory.
  public var json: [UInt8]? { ReportText.json(self) }
}

extension Verdict {
  /// The verdict as JSON; nil only without memory.
  public var json: [UInt8]? { ReportText.json(self) }
}

private enum ReportText {
  static func json(_ value: some Encodable) -> [UInt8]? {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { Array($0) }
  }
}
