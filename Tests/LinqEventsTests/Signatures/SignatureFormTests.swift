import LinqEvents
import Testing

@Suite struct SignatureFormTests {
  private let zeros = String(repeating: "0", count: 64)
  private let base64 = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

  @Test func missingHeadersAreNoSignature() throws {
    #expect(try refusal(SignatureHeaders()) == .noSignature)
    #expect(try refusal(SignatureHeaders(xWebhookSignature: "")) == .malformedSignature)
    #expect(try refusal(SignatureHeaders(webhookSignature: "  ")) == .noSignature)
  }

  @Test func v2TakesPrefixAndSixtyFourDigitsOfEitherCase() throws {
    let headers = try Fixture.signed(.v2)
    let digits = try #require(headers.xWebhookSignature).dropFirst(7)
    let verifier = try Fixture.verifier(schemes: [.v2])
    let body = Fixture.guideEvent
    #expect(verifier.verify(.init(xWebhookSignature: "sha256=" + digits), body: body).isVerified)
    #expect(verifier.verify(.init(xWebhookSignature: "sha256=" + digits.uppercased()), body: body).isVerified)
    for wrong in [
      "\(digits)", "SHA256=\(digits)", "sha256=\(digits)0", "sha256=\(digits.dropLast())",
      "sha256= \(digits)",
      "sha256=\(digits),sha256=\(digits)", "sha256=sha256=\(digits)", "sha1=\(digits)",
      "sha256=\(digits.dropLast())g", "sha256=0x\(digits.dropLast(2))", "sha256=",
    ] {
      #expect(!verifier.verify(.init(xWebhookSignature: wrong), body: body).isVerified, "\(wrong)")
    }
  }

  @Test func v3TakesBareDigitsOnly() throws {
    var headers = try Fixture.signed(.v3)
    headers.xWebhookSignature = headers.xWebhookSignature.map { "sha256=" + $0 }
    #expect(
      try Fixture.verifier(schemes: [.v3]).verify(headers, body: Fixture.guideEvent) == .refused(.noSignature)
    )
  }

  @Test(arguments: [
    ("v1,AAAA", SignatureRefusal.malformedSignature), ("v1,", .unsupportedVersion),
    ("v1", .unsupportedVersion), ("v2,abc", .unsupportedVersion), ("v1a,abc v2,def", .unsupportedVersion),
    ("V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", .unsupportedVersion),
    ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", .malformedSignature),
    ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE==", .malformedSignature),
    ("v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=", .malformedSignature),
    ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", .malformedSignature),
    ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=,v1", .malformedSignature),
    ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1O==", .malformedSignature),
  ])
  func standardListIsReadStrictly(list: String, expected: SignatureRefusal) throws {
    var headers = Fixture.StandardVector.headers
    headers.webhookSignature = list
    #expect(try vectorRefusal(headers) == expected)
  }

  @Test(arguments: [
    "v1a,xyz v1,%", "v1,AAAA v1,%", "  v1,%   v2,x", "v1,% v1,%",
    "v1,% v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  ])
  func standardListFindsTheGoodEntryAmongOthers(template: String) throws {
    var headers = Fixture.StandardVector.headers
    headers.webhookSignature = String(template.map { $0 == "%" ? base64 : String($0) }.joined())
    #expect(try vectorRefusal(headers) == nil)
  }

  @Test func onlySixteenEntriesOfAListAreLookedAt() throws {
    var headers = Fixture.StandardVector.headers
    let wrong = "v1," + String(repeating: "A", count: 43) + "="
    headers.webhookSignature = String(repeating: wrong + " ", count: 15) + "v1," + base64
    #expect(try vectorRefusal(headers) == nil)
    headers.webhookSignature = String(repeating: wrong + " ", count: 16) + "v1," + base64
    #expect(try vectorRefusal(headers) == .mismatch)
    headers.webhookSignature = String(repeating: "v2,x ", count: 16) + "v1," + base64
    #expect(try vectorRefusal(headers) == .unsupportedVersion)
  }

  @Test(arguments: ["", "a.b", ".", "a b", "a\u{7F}", "a\n", "é", String(repeating: "a", count: 256)])
  func unusableIDIsRefusedEvenWhenSigned(id: String) throws {
    let headers = try Fixture.signed(.standard, id: id)
    #expect(try Fixture.verifier().verify(headers, body: Fixture.guideEvent) == .refused(.malformedID))
  }

  @Test func idOfTwoHundredFiftyFiveBytesIsSignedAlong() throws {
    let id = String(repeating: "~", count: 255)
    let verdict = try Fixture.verifier().verify(Fixture.signed(.standard, id: id), body: Fixture.guideEvent)
    #expect(verdict.match?.signedEventID == id)
  }

  @Test(arguments: [
    "", "-1", "+1700000000", "1700000000.5", "17e8", "0x6553f100", "1700000000000", "999999999999",
    "99999999999999999999999", "1700 000000", "١٧٠٠٠٠٠٠٠٠", "1700000000s",
  ])
  func timestampIsDecimalDigitsOnly(timestamp: String) throws {
    var headers = try Fixture.signed(.standard)
    headers.webhookTimestamp = timestamp
    #expect(try refusal(headers) == .malformedTimestamp)
    headers = try Fixture.signed(.v3)
    headers.xWebhookTimestamp = timestamp
    #expect(try refusal(headers) == .malformedTimestamp)
  }

  @Test func missingPartsAreNamed() throws {
    var headers = try Fixture.signed(.standard)
    headers.webhookTimestamp = nil
    #expect(try refusal(headers) == .missingTimestamp)
    headers.webhookID = nil
    #expect(try refusal(headers) == .missingID)
    headers = try Fixture.signed(.v3)
    headers.xWebhookTimestamp = nil
    #expect(try refusal(headers) == .missingTimestamp)
  }

  @Test func refusalOfTheSchemeThatCameFurthestIsReported() throws {
    var headers = try Fixture.signed(.standard, "another secret")
    headers.xWebhookSignature = "nonsense"
    #expect(try refusal(headers) == .mismatch)
    headers = SignatureHeaders(xWebhookSignature: zeros, xWebhookTimestamp: "1", webhookSignature: "v2,x")
    #expect(try refusal(headers) == .mismatch)
  }

  private func refusal(_ headers: SignatureHeaders) throws -> SignatureRefusal? {
    if case .refused(let refusal) = try Fixture.verifier().verify(headers, body: Fixture.guideEvent) {
      return refusal
    }
    return nil
  }

  private func vectorRefusal(_ headers: SignatureHeaders) throws -> SignatureRefusal? {
    let vector = Fixture.StandardVector.self
    let verdict = try Fixture.verifier([vector.secret]).verify(
      headers,
      body: vector.body,
      nowSeconds: vector.timestampSeconds
    )
    if case .refused(let refusal) = verdict { return refusal }
    return nil
  }
}
