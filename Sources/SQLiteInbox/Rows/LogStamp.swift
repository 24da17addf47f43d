internal import GRDB
internal import LinqhookAuthentication

/// The word that ties a log to its file.
///
/// SQLite checks that a log is whole, and not that it belongs to the file beside it: it lays any whole log over any
/// file. So the writer keeps one row, `log` in `meta`, with a random name. It takes a new name in the last transaction
/// before the log is copied into the file, and another one in the first transaction of the next log; each says which
/// name came before. The file alone then has the name that it had when its log began, or one that is in the log.
/// Any other pair of file and log was never one store.
struct LogStamp: Equatable, Sendable {
  /// Whether the store was closed in order after this.
  var isClosed: Bool
  /// Sixteen hexadecimal digits.
  let name: String
  /// The name that was in force before.
  let before: String
  /// The inode of the file, 0 where it is not known: a copy has another.
  let fileNumber: UInt64

  /// The number that SQLite gave the log which is copied after this; it counts one more for each log that it begins. 0
  /// where the log is not copied after this.
  let salt: UInt32

  /// What is before the first name of all.
  static let none = String(repeating: "0", count: 16)

  private static let prefix = "linqhook-log"

  /// A new name after another.
  init(after before: String, fileNumber: UInt64, salt: UInt32 = 0, isClosed: Bool) throws {
    self.isClosed = isClosed
    self.salt = salt
    self.before = before
    self.fileNumber = fileNumber
    name = Self.hexadecimal(try SecureRandom.bytes(count: 8))
  }

  /// Reads `linqhook-log open 0123456789abcdef after 0123456789abcdef file 12345 salt 6789`.
  init?(text: some StringProtocol) {
    let words = text.split(separator: " ")
    guard words.count == 9, words[0] == Self.prefix, words[3] == "after", words[5] == "file",
      words[2].count == 16, words[4].count == 16, let number = UInt64(words[6]),
      let salt = UInt32(words[8])
    else { return nil }
    isClosed = words[1] == "closed"
    name = String(words[2])
    before = String(words[4])
    fileNumber = number
    self.salt = salt
  }

  var text: String {
    "\(Self.prefix) \(isClosed ? "closed" : "open") \(name) after \(before) file \(fileNumber) "
      + "salt \(salt)"
  }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

// MARK: - In the store

extension LogStamp {
  /// The one in force, as SQLite sees file and log together; nil in a store of an older version.
  static func current(_ db: Database) throws -> LogStamp? {
    try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'log'").flatMap { LogStamp(text: $0) }
  }

  func write(_ db: Database) throws {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO meta VALUES ('log', ?)").execute(arguments: [text])
  }
}

// MARK: - In a page

extension LogStamp {
  /// The page of every store that holds `meta`: it is the first table that is made, also by VACUUM.
  static let pageNumber: UInt32 = 2

  /// Finds the row in that page as it lies on disk, by SQLite's file format: a leaf of an index (10), its cells' places
  /// from byte 8 on. Only cells count: what was deleted may still lie between them.
  init?(page: Span<UInt8>) {
    guard page.count >= 512, page[0] == 10 else { return nil }
    func number(_ place: Int) -> Int { Int(page[place]) << 8 | Int(page[place + 1]) }
    let prefix = Array(Self.prefix.utf8)
    for cell in 0..<min(number(3), (page.count - 8) / 2) {
      let start = number(8 + 2 * cell)
      guard start + 2 < page.count, let (length, begin) = Self.length(page, at: start),
        begin + length <= page.count
      else { continue }
      let payload = (begin..<begin + length).map { page[$0] }
      guard let place = payload.indices.first(where: { payload[$0...].starts(with: prefix) }) else {
        continue
      }
      if let stamp = LogStamp(text: String(decoding: payload[place...], as: UTF8.self)) {
        self = stamp
        return
      }
    }
    return nil
  }

  /// The length of a payload of at most two bytes' length, and where it begins; longer ones are not ours.
  private static func length(_ page: Span<UInt8>, at place: Int) -> (length: Int, begin: Int)? {
    if page[place] < 128 { return (Int(page[place]), place + 1) }
    guard page[place + 1] < 128 else { return nil }
    let length = Int(page[place] & 127) << 7 | Int(page[place + 1])
    return length < 512 ? (length, place + 2) : nil
  }
}
