/// The stretch of a JSON string that needs no look at each byte: visible ASCII and blanks, without quote and
/// backslash. Most of every event is such text, so it is passed eight bytes at a time.
enum PlainRun {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let blanks: UInt64 = 0x2020_2020_2020_2000
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// Where the first byte at or behind `start` stands that is a quote, a backslash, a control character below
  /// U+0020 or no ASCII; `bytes.count` where there is none.
  static func end(from start: Int, in bytes: Span<UInt8>) -> Int {
    unsafe bytes.withUnsafeBytes { bytes in
      var position = start
      while position + 8 <= bytes.count {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        let stops = stops(in: UInt64(littleEndian: word))
        if stops != 0 { return position + stops.trailingZeroBitCount / 8 }
        position += 8
      }
      // The last bytes one by one, with blanks for the seven that are missing.
      while position < bytes.count, unsafe stops(in: blanks | UInt64(bytes[position])) == 0 { position += 1 }
      return position
    }
  }

  /// Sets the high bit of each byte that stops a run. Subtracting borrows from the byte above only where the one
  /// below stops, so the lowest bit is always right, and nobody looks at the others.
  private static func stops(in word: UInt64) -> UInt64 {
    let controls = word &- ones &* 0x20
    let quotes = (word ^ ones &* 0x22) &- ones
    let backslashes = (word ^ ones &* 0x5C) &- ones
    return (controls | quotes | backslashes | word) & highBits
  }
}
