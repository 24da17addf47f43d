import Testing

@testable import LinqEvents

@Suite struct PlainRunTests {
  private func isPlain(_ byte: UInt8) -> Bool { (0x20..<0x80).contains(byte) && byte != 0x22 && byte != 0x5C }

  @Test func eachByteStopsARunOrNotWhereverItStands() {
    for byte in UInt8.min...UInt8.max {
      for (before, after) in [(0, 0), (0, 9), (3, 0), (7, 1), (8, 8), (13, 20)] {
        let bytes = [UInt8](repeating: 0x61, count: before) + [byte] + [UInt8](repeating: 0x7F, count: after)
        #expect(PlainRun.end(from: 0, in: bytes.span) == (isPlain(byte) ? bytes.count : before))
      }
    }
  }

  @Test func randomBytesStopWhereALookAtEachOneStops() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      // Mostly plain, else every run would be short; the neighbours of what stops are what a borrow could hit.
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        [0x61, 0x61, 0x61, 0x20, 0x21, 0x23, 0x5B, 0x5D, UInt8.random(in: 0...255, using: &random)]
          .randomElement(using: &random) ?? 0x61
      }
      let start = Int.random(in: 0...bytes.count, using: &random)
      let expected = bytes[start...].firstIndex { !isPlain($0) } ?? bytes.count
      #expect(PlainRun.end(from: start, in: bytes.span) == expected)
    }
  }
}
