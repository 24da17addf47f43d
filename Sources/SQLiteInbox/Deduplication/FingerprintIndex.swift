internal import LinqhookInbox

/// The ids that the inbox vouches for, as fingerprints in memory.
///
/// 256 tables of their own, chosen by the top byte. They grow one by one: where a single table of a million
/// ids would stand still for tens of milliseconds and need both arrays at once, here 4000 ids move at a time.
/// 16 bytes a slot at a load between one half and three quarters: 21 to 32 MB for a million ids.
///
/// It belongs to the writer, and `WriterCore.decide` (WriterCore+Acceptance.swift) alone decides what is a duplicate: no
/// locks, and an id that is being committed is in it already. If the commit fails, the writer takes it out again before
/// anyone is answered.
struct FingerprintIndex {
  private static let tableCount = 256

  private var tables: [FingerprintTable]
  private(set) var count = 0

  /// An empty index with room for about this many.
  init(minimumCapacity: Int = 0) {
    // Random ids spread over the tables unevenly, by a few times the square root of their share.
    let share = minimumCapacity / Self.tableCount
    let room = share == 0 ? 0 : share + share / 16
    tables = (0..<Self.tableCount).map { _ in FingerprintTable(minimumCapacity: room) }
  }

  func contains(_ fingerprint: Fingerprint) -> Bool {
    tables[Self.table(of: fingerprint)].contains(fingerprint)
  }

  /// Adds it; false if it was there.
  @discardableResult
  mutating func insert(_ fingerprint: Fingerprint) -> Bool {
    guard tables[Self.table(of: fingerprint)].insert(fingerprint) else { return false }
    count += 1
    return true
  }

  /// Takes it out; false if it was not there.
  @discardableResult
  mutating func remove(_ fingerprint: Fingerprint) -> Bool {
    guard tables[Self.table(of: fingerprint)].remove(fingerprint) else { return false }
    count -= 1
    return true
  }

  private static func table(of fingerprint: Fingerprint) -> Int {
    Int(truncatingIfNeeded: fingerprint.high >> 56)
  }
}
