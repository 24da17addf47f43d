import TestKit
import Testing

@testable import LinqhookConfiguration

/// What `check` says of `inbox.dedup` and the endpoints' `tolerance`.
@Suite struct DedupCheckTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func warnings(_ dedup: String, endpoints: [String]) throws -> [String] {
    let lines = endpoints.enumerated().map { number, keys in
      "  - {path: /\(number), secrets: [file:secret], \(keys)}\n"
    }
    try folder.write("secret", "dedup-check-secret-4711")
    let yaml = "inbox: {dedup: \(dedup)}\nendpoints:\n\(lines.joined())handlers: [{name: log, type: log}]\n"
    return try folder.load(yaml).warnings.map(\.message).filter {
      $0.contains("Linq may") || $0.contains("pass")
    }
  }

  /// A stamp may be ahead of the clock by the tolerance at first, and behind by as much at last.
  @Test(arguments: [
    ("72h", "5m", false), ("50m", "5m", false), ("50m", "25m", false), ("50m", "1501s", true),
    ("50m", "50m", true), ("2h", "1h", false), ("119m", "1h", true), ("47h", "24h", true),
    ("48h", "24h", false),
  ])
  func aWindowShorterThanASignedRequestCanPassIsWarnedOf(
    _ window: String,
    _ tolerance: String,
    _ isWarnedOf: Bool
  ) throws {
    let found = try warnings("{window: \(window)}", endpoints: ["tolerance: \(tolerance)"])
      .filter { $0.contains("`tolerance`") }
    #expect(found.count == (isWarnedOf ? 1 : 0), "\(found)")
    #expect(found.allSatisfy { $0.contains("is \(window), which is shorter than") && $0.contains("at /0") })
  }

  @Test func theEndpointWithTheLongestToleranceIsNamed() throws {
    let found = try warnings(
      "{window: 50m}",
      endpoints: ["tolerance: 30m", "tolerance: 40m", "tolerance: 5m", "tolerance: 50m, schemes: [v2]"]
    )
    #expect(found.count == 1)
    #expect(
      found.first?.contains("80m in which a signed request can pass at /1 (twice its `tolerance`)") == true
    )
  }

  @Test func endpointsWithoutSignedStampsAreNotCompared() throws {
    #expect(try warnings("{window: 50m}", endpoints: ["tolerance: 1h, schemes: [v2]"]).isEmpty)
    #expect(try warnings("{window: 50m}", endpoints: ["tolerance: 1h, schemes: [v2, standard]"]).count == 1)
  }

  @Test(arguments: [(2999, true), (3000, false), (1, true)])
  func fewerIdsThanOneASecondForFiftyMinutesAreWarnedOf(_ count: Int, _ isWarnedOf: Bool) throws {
    let found = try warnings("{max_entries: \(count)}", endpoints: ["schemes: [v2]"])
    #expect(found.count == (isWarnedOf ? 1 : 0), "\(found)")
    #expect(found.allSatisfy { $0.contains("is \(count),") && $0.contains("handled twice") })
  }

  @Test(arguments: [(599, "5m", true), (600, "5m", false), (7199, "1h", true), (7200, "1h", false)])
  func fewerIdsThanStampsThatPassAreWarnedOf(_ count: Int, _ tolerance: String, _ isWarnedOf: Bool) throws {
    let found = try warnings("{max_entries: \(count)}", endpoints: ["tolerance: \(tolerance)"])
      .filter { $0.contains("answered 503") }
    #expect(found.count == (isWarnedOf ? 1 : 0), "\(found)")
  }
}
