import LinqhookAuthentication
import Testing

@testable import LinqEvents

@Suite struct EncodingTests {
  /// RFC 4648, section 10.
  @Test(arguments: [
    ("", "", ""), ("f", "Zg==", "66"), ("fo", "Zm8=", "666f"), ("foo", "Zm9v", "666f6f"),
    ("foob", "Zm9vYg==", "666f6f62"), ("fooba", "Zm9vYmE=", "666f6f6261"),
    ("foobar", "Zm9vYmFy", "666f6f626172"),
  ])
  func vectorsOfTheStandardHold(text: String, base64: String, hexadecimal: String) {
    let written = (Base64.text(of: text.utf8.span), Hexadecimal.text(of: text.utf8.span))
    #expect(written == (base64, hexadecimal))
  }

  @Test func base64KeysReadBackForEveryLength() throws {
    for count in 1...100 {
      let bytes = try SecureRandom.bytes(count: count)
      let text = Self.base64(bytes)
      let unpadded = String(text.prefix { $0 != "=" })
      let urlSafe = String(unpadded.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
      for spelling in [text, unpadded, urlSafe] {
        let key = try #require(Self.key(spelling), "\(spelling)")
        #expect(try key.isEqual(to: Secret(bytes)))
      }
    }
  }

  @Test(arguments: [
    "Zg=", "Zg===", "Z", "Zh==", "Zm9", "Zm9=v", "=", "==", "Zm 9v", "Zm9v\n", "Zg==Zg==", "", "Zm9v====",
  ])
  func otherSpellingsAreNoKey(text: String) {
    let isKey = Self.key(text) != nil
    #expect(!isKey)
  }

  @Test func uuidsAreOfVersionFourAndDiffer() throws {
    let uuids = try (0..<200).map { _ in try RandomIdentifier.uuid() }
    #expect(Set(uuids).count == 200)
    for uuid in uuids {
      #expect(
        uuid.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil
      )
    }
  }

  private static func base64(_ bytes: [UInt8]) -> String { Base64.text(of: bytes.span) }

  private static func key(_ text: String) -> Secret? { Base64.secret(from: text.utf8.span) }
}
