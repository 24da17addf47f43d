/// The running checksum of SQLite's log: two sums over pairs of 32-bit words
/// (https://www.sqlite.org/fileformat2.html#checksum_algorithm).
@safe struct LogChecksum: Equatable {
  private(set) var first: UInt32 = 0
  private(set) var second: UInt32 = 0

  init() {}

  init(_ first: UInt32, _ second: UInt32) { (self.first, self.second) = (first, second) }

  /// Adds bytes; their count is a multiple of eight.
  mutating func add(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) {
    var (sum, other) = (first, second)
    unsafe bytes.withUnsafeBytes { bytes in
      var place = 0
      while place + 8 <= bytes.count {
        let one = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        let two = unsafe bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
        sum = sum &+ (isBigEndian ? UInt32(bigEndian: one) : UInt32(littleEndian: one)) &+ other
        other = other &+ (isBigEndian ? UInt32(bigEndian: two) : UInt32(littleEndian: two)) &+ sum
        place += 8
      }
    }
    (first, second) = (sum, other)
  }
}
