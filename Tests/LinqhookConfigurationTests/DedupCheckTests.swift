import LinqhookConfiguration
import TestKit
import Testing

/// Warnings of a memory for ids that is too short or too small for what it must vouch for.
@Suite struct DedupCheckTests {
  private func warnings(_ yaml: String) throws -> [String] {
    try TemporaryFolder().load(yaml).warnings.map(\.description)
  }

  @Test(arguments: [("12h", false), ("24h", true)])
  func warnsWhereAStampPassesForLongerThanIdsLive(tolerance: String, isWarned: Bool) throws {
    let endpoints = "endpoints: [{path: /a, secrets: [env:LINQ_WEBHOOK_SECRET], tolerance: \(tolerance)}]"
    let warnings = try warnings("\(endpoints)\ninbox: {dedup: {window: 24h}}\n")
    // A stamp passes from one tolerance before the clock to one after it.
    #expect(warnings.contains { $0.contains("twice the `tolerance` of /a") } == isWarned, "\(warnings)")
  }

  @Test(arguments: [(2999, true), (3000, false)])
  func warnsWhereIdsGoWhileLinqStillRepeats(maxEntries: Int, isWarned: Bool) throws {
    let warnings = try warnings("inbox: {dedup: {max_entries: \(maxEntries)}}\n")
    #expect(warnings.contains { $0.contains("handled twice") } == isWarned, "\(warnings)")
  }

  @Test func theDefaultsNeedNoWarning() throws {
    #expect(try warnings("{}").allSatisfy { !$0.contains("dedup") })
  }
}
