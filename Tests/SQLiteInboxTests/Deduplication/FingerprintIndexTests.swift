import InboxTestKit
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

@Suite struct FingerprintIndexTests {
  @Test(arguments: 0..<200 as Range<UInt64>)
  func tableAgreesWithASet(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = FingerprintTable()
    var set: Set<Fingerprint> = []
    // Few different low words near both ends: long runs that wrap around the end of the array.
    let pool = (0..<60).map { number in
      let edge: UInt64 = number.isMultiple(of: 2) ? 0 : .max - 50
      return Fingerprint(high: UInt64(number), low: edge + random.next() % 50)
    }
    for _ in 0..<2000 {
      let fingerprint = pool[Int(random.next() % 60)]
      if random.next() % 2 == 0 {
        let isNew = table.insert(fingerprint)
        #expect(isNew == set.insert(fingerprint).inserted)
      } else {
        let wasThere = table.remove(fingerprint)
        #expect(wasThere == (set.remove(fingerprint) != nil))
      }
      #expect(table.count == set.count)
    }
    for fingerprint in pool { #expect(table.contains(fingerprint) == set.contains(fingerprint)) }
  }

  @Test func holdsTheFingerprintThatIsAllZero() {
    var table = FingerprintTable()
    let zero = Fingerprint(high: 0, low: 0)
    #expect(!table.contains(zero))
    let isNew = table.insert(zero)
    #expect(isNew && table.contains(zero))
    let wasThere = table.remove(zero)
    #expect(wasThere && table.count == 0)
  }

  @Test func growsWithoutLosingAny() {
    var random = SeededRandom(seed: 1)
    let fingerprints = (0..<100_000).map { _ in Fingerprint(high: random.next(), low: random.next()) }
    var index = FingerprintIndex()
    for fingerprint in fingerprints { index.insert(fingerprint) }
    #expect(index.count == 100_000)
    #expect(fingerprints.allSatisfy { index.contains($0) })
    let isNew = index.insert(fingerprints[5])
    #expect(!isNew)
    for fingerprint in fingerprints.prefix(50_000) { index.remove(fingerprint) }
    #expect(index.count == 50_000)
    #expect(fingerprints.prefix(50_000).allSatisfy { !index.contains($0) })
    #expect(fingerprints.suffix(50_000).allSatisfy { index.contains($0) })
  }

  @Test func fingerprintsDependOnTheKeyAndTheWholeId() throws {
    let key = try FingerprintKey(Array(repeating: 1, count: 32))
    let other = try FingerprintKey(Array(repeating: 2, count: 32))
    #expect(key.fingerprint(of: "abc") == key.fingerprint(of: "abc"))
    #expect(key.fingerprint(of: "abc") != key.fingerprint(of: "abd"))
    #expect(key.fingerprint(of: "abc") != other.fingerprint(of: "abc"))
    var bytes: [UInt8] = [9]
    key.fingerprint(of: "abc").append(to: &bytes)
    #expect(bytes.count == 17)
    #expect(Fingerprint(bytes.span, at: 1) == key.fingerprint(of: "abc"))
  }
}
