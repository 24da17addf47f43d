import LinqhookInbox
import Testing

@testable import SQLiteInbox

@Suite struct IdentityRowTests {
  @Test func rowsTellTheirSequencesWithAndWithoutGaps() {
    var row = IdentityRow(firstSequence: 5, startedAtMilliseconds: 0)
    let sequences: [Int64] = [5, 6, 9, 500, 501, 1_000_000]
    for sequence in sequences {
      let identity = Identity(
        fingerprint: Fingerprint(high: 0, low: UInt64(sequence)),
        kind: IdentityKind(code: 2),
        createdAtMilliseconds: nil,
        stampedAtMilliseconds: nil
      )
      row.add(identity, sequence: sequence, maxCreatedAt: 0)
      let gaps = row.storedGaps.map { Array($0) }
      #expect((gaps == nil) == (sequence <= 6))
      let told = IdentityRow.sequences(from: 5, count: row.count, gaps: gaps)
      #expect(told == sequences.filter { $0 <= sequence })
    }
    let place = IdentityPlace(IdentityKind(code: 7), firstSequence: 1 << 40)
    #expect(place.kind.code == 7 && place.firstSequence == 1 << 40)
    #expect(IdentityPlace(rowID: 12).kind == IdentityKind(scope: IdentityScopes.shared, isStamped: false))
  }
}
