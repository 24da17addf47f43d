// Numbers of RFC 8259, section 6. They stay text: no value is computed, so none is rounded.
extension JSONTokenizer {
  mutating func number(in bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
    let start = offset
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "0") {
      offset += 1
      if offset < bytes.count, Self.isDigit(bytes[offset]) { throw JSONError(.invalidNumber, at: start) }
    } else {
      try digits(in: bytes, ofNumberAt: start)
    }
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      try digits(in: bytes, ofNumberAt: start)
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
        offset += 1
      }
      try digits(in: bytes, ofNumberAt: start)
    }
    return JSONToken(.number, start..<offset)
  }

  /// One digit or more.
  private mutating func digits(in bytes: Span<UInt8>, ofNumberAt start: Int) throws(JSONError) {
    let first = offset
    while offset < bytes.count, Self.isDigit(bytes[offset]) { offset += 1 }
    guard offset > first else { throw JSONError(.invalidNumber, at: start) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
