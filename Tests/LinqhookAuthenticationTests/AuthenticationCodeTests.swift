import LinqhookAuthentication
import Testing

@Suite struct AuthenticationCodeTests {
  @Test func anyFlippedBitMakesCodesDiffer() throws {
    let original = (0..<32).map { UInt8($0 &* 7) }
    let code = try #require(Self.code(original))
    #expect(try code.isEqual(to: #require(Self.code(original))))
    for bit in 0..<256 {
      var changed = original
      changed[bit / 8] ^= 1 << (bit % 8)
      #expect(try !code.isEqual(to: #require(Self.code(changed))))
    }
  }

  @Test(arguments: [0, 1, 31, 33, 64])
  func onlyThirtyTwoBytesMakeACode(byteCount: Int) {
    let bytes = [UInt8](repeating: 1, count: byteCount)
    let isMade = Self.code(bytes) != nil
    #expect(!isMade)
  }

  private static func code(_ bytes: [UInt8]) -> AuthenticationCode? {
    AuthenticationCode(bytes.span)
  }
}
