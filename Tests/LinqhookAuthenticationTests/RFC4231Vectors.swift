import LinqhookAuthentication
import Testing

/// The test cases of RFC 4231, section 4, for HMAC-SHA256.
struct RFC4231Vector: Sendable, CustomTestStringConvertible {
  let number: Int
  let key: [UInt8]
  let message: [UInt8]
  let code: String

  var testDescription: String { "case \(number)" }

  static let all = [
    RFC4231Vector(
      number: 1,
      key: .init(repeating: 0x0b, count: 20),
      message: Array("Hi There".utf8),
      code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    RFC4231Vector(
      number: 2,
      key: Array("Jefe".utf8),
      message: Array("what do ya want for nothing?".utf8),
      code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    RFC4231Vector(
      number: 3,
      key: .init(repeating: 0xaa, count: 20),
      message: .init(repeating: 0xdd, count: 50),
      code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    RFC4231Vector(
      number: 4,
      key: Array(1...25),
      message: .init(repeating: 0xcd, count: 50),
      code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    // Case 5 asks for the first 128 bits only.
    RFC4231Vector(
      number: 5,
      key: .init(repeating: 0x0c, count: 20),
      message: Array("Test With Truncation".utf8),
      code: "a3b6167473100ee06e0c796c2955552b"
    ),
    RFC4231Vector(
      number: 6,
      key: .init(repeating: 0xaa, count: 131),
      message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    RFC4231Vector(
      number: 7,
      key: .init(repeating: 0xaa, count: 131),
      message: Array(
        """
        This is a test using a larger than block-size key and a larger than block-size data. \
        The key needs to be hashed before being used by the HMAC algorithm.
        """.utf8
      ),
      code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ]
}

extension AuthenticationCode {
  /// Lower-case hexadecimal digits.
  var hexadecimal: String {
    var text = ""
    for index in bytes.indices {
      let digits = String(bytes[index], radix: 16)
      text += digits.count == 1 ? "0" + digits : digits
    }
    return text
  }
}
