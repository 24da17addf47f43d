internal import GRDB

/// Sequences between the last event of a copy that was restored and the last one that was ever acknowledged.
///
/// Handlers, files and people know events by their sequence, so none is handed out twice; and where none will come,
/// nothing is pending.
enum UnusedSequences {
  static func load(_ db: Database) throws -> ClosedRange<Int64>? {
    let text = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'unused_sequences'") ?? ""
    let numbers = text.split(separator: " ").compactMap { Int64($0) }
    return numbers.count == 2 && numbers[0] <= numbers[1] ? numbers[0]...numbers[1] : nil
  }

  /// Notes that numbers after the newest event up to this one are used; those that were noted before and lie right
  /// before them are kept.
  static func note(through last: Int64, db: Database) throws {
    let newest = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM event") ?? 0
    let known = try load(db)
    let end = max(last, known?.upperBound ?? 0)
    guard end > newest else { return }
    try db.execute(
      sql: "INSERT OR REPLACE INTO meta VALUES ('unused_sequences', ?)",
      arguments: ["\(newest + 1) \(end)"]
    )
  }
}
