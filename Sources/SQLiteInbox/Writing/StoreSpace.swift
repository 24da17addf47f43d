internal import Foundation
internal import GRDB

/// How much of `inbox.max_bytes` is used. Measuring costs a few pragmas and a stat, so between measurements
/// the payloads that were added are counted instead.
struct StoreSpace {
  let maxBytes: Int64
  /// The bytes of the store: pages in use and the log.
  private(set) var bytes: Int64 = 0
  /// The limit is reached: delivered events are pruned before their time.
  private(set) var isOver = false
  /// The limit is reached and more came than could be pruned: nothing new is accepted until the store is below it.
  private(set) var isFull = false
  private var addedBytes: Int64 = 0

  init(maxBytes: Int64) { self.maxBytes = maxBytes }

  /// Whether so much was added that the limit may be reached, or it was reached when last measured.
  var mustMeasure: Bool { isOver || addedBytes > min(1 << 20, maxBytes / 64) }

  mutating func add(bytes added: Int) {
    bytes += Int64(added)
    addedBytes += Int64(added)
  }

  /// Takes over a measurement that was made after a step of pruning, and after so many events were accepted.
  ///
  /// A store that is full stays so while it is over its limit: if the first pruned event made it accept again, a
  /// handler slower than the intake would let it grow without bound, a batch for each event that it settles.
  mutating func update(bytes measured: Int64, after pruning: PruneRows.Progress, accepted: Int) {
    let hasFallenBehind = isOver && pruning.deleted < max(1, accepted)
    bytes = measured
    addedBytes = 0
    isOver = measured >= maxBytes
    isFull = isOver && (isFull || hasFallenBehind)
  }

  /// Pages in use, free ones not counted, and the bytes of the log.
  static func measure(_ connection: DatabaseQueue, path: String) throws -> (pages: Int64, sum: Int64) {
    try connection.writeWithoutTransaction { db in
      let pages = try pagesInUse(db)
      return (pages, pages + logBytes(path: path))
    }
  }

  /// Copies the log into the file and cuts it; throws while somebody reads. Waiting for the reader, as everything else
  /// on this connection does, would keep all answers waiting with it.
  static func cutLog(_ connection: DatabaseQueue) throws {
    try connection.writeWithoutTransaction { db in
      let patienceMilliseconds = try Int.fetchOne(db, sql: "PRAGMA busy_timeout") ?? 0
      try db.execute(sql: "PRAGMA busy_timeout = 0")
      defer { try? db.execute(sql: "PRAGMA busy_timeout = \(patienceMilliseconds)") }
      _ = try db.checkpoint(.truncate)
    }
  }

  private static func pagesInUse(_ db: Database) throws -> Int64 {
    func pragma(_ name: String) throws -> Int64 {
      try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA \(name)")) ?? 0
    }
    return try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
  }

  private static func logBytes(path: String) -> Int64 {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
    return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
  }
}
