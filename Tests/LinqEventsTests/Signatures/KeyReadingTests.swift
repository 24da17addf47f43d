import LinqEvents
import LinqhookAuthentication
import Testing

/// The other party may read a secret in another way than we sign by default; each is played here by a
/// secret whose own bytes are that reading.
@Suite struct KeyReadingTests {
  private let padded = "c2VjcmV0IGJ5dGVzIQ=="
  private let decoded = "secret bytes!"

  @Test(arguments: SignatureScheme.allCases)
  func base64ReadingVerifiesInEveryScheme(scheme: SignatureScheme) throws {
    let headers = try Fixture.signed(scheme, decoded)
    for secret in [padded, "c2VjcmV0IGJ5dGVzIQ", "whsec_" + padded, "whsec_c2VjcmV0IGJ5dGVzIQ"] {
      let match = try Fixture.verifier([secret]).verify(headers, body: Fixture.guideEvent).match
      #expect(match?.keyReading == .base64Decoded, "\(secret)")
    }
  }

  @Test(arguments: [SignatureScheme.v2, .v3])
  func ownBytesAreTheUsualReadingOfTheOlderSchemes(scheme: SignatureScheme) throws {
    for secret in [padded, "whsec_" + padded, Fixture.plainSecret] {
      let headers = try Fixture.signed(scheme, secret)
      let match = try Fixture.verifier([secret]).verify(headers, body: Fixture.guideEvent).match
      #expect(match?.keyReading == .ownBytes)
    }
  }

  @Test func ownBytesVerifyStandardWebhooksToo() throws {
    // The space makes the text no base64, so the signer falls back to its own bytes.
    let headers = try Fixture.signed(.standard, Fixture.plainSecret)
    let match = try Fixture.verifier().verify(headers, body: Fixture.guideEvent).match
    #expect(match?.keyReading == .ownBytes)
  }

  @Test(arguments: [SignatureScheme.v2, .v3])
  func bytesAfterThePrefixVerify(scheme: SignatureScheme) throws {
    let headers = try Fixture.signed(scheme, padded)
    let match = try Fixture.verifier(["whsec_" + padded]).verify(headers, body: Fixture.guideEvent).match
    #expect(match?.keyReading == .prefixRemoved)
  }

  @Test func urlSafeAlphabetIsReadToo() throws {
    // 0xFB 0xEF 0xFF is "--__" in the URL-safe alphabet and "++//" in the other.
    let standard = try Fixture.signed(.standard, "whsec_++//")
    #expect(try Fixture.verifier(["whsec_--__"]).verify(standard, body: Fixture.guideEvent).isVerified)
  }

  @Test(arguments: [SignatureScheme.v2, .v3])
  func ownBytesInTheOtherAlphabetVerify(scheme: SignatureScheme) throws {
    let headers = try Fixture.signed(scheme, "whsec_++//AAAA")
    let match = try Fixture.verifier(["whsec_--__AAAA"]).verify(headers, body: Fixture.guideEvent).match
    #expect(match?.keyReading == .otherAlphabet)
    // Text that is no base64, or the same in both alphabets, has no such reading.
    for secret in ["whsec_AAAAAAAA", "not-base64_at all"] {
      #expect(try !Fixture.verifier([secret]).verify(headers, body: Fixture.guideEvent).isVerified)
    }
  }

  @Test func usualReadingOfALaterSecretComesBeforeAnUnusualOneOfTheFirst() throws {
    let headers = try Fixture.signed(.v2, decoded)
    let match = try Fixture.verifier([padded, decoded]).verify(headers, body: Fixture.guideEvent).match
    #expect(match?.secretIndex == 1 && match?.keyReading == .ownBytes)
  }

  @Test(arguments: ["whsec_", "whsec_=", "====", "a"])
  func secretsThatDecodeToNothingStillWorkAsText(secret: String) throws {
    for scheme in SignatureScheme.allCases {
      let headers = try Fixture.signed(scheme, secret)
      #expect(try Fixture.verifier([secret]).verify(headers, body: Fixture.guideEvent).isVerified)
    }
  }
}
