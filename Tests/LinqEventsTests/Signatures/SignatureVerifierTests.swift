import LinqEvents
import LinqhookAuthentication
import Testing

/// The signatures written out here were made by Python's hmac module, not by the code under test.
@Suite struct SignatureVerifierTests {
  @Test func standardWebhooksVectorHolds() throws {
    let vector = Fixture.StandardVector.self
    let verdict = try Fixture.verifier([vector.secret], schemes: [.standard])
      .verify(vector.headers, body: vector.body, nowSeconds: vector.timestampSeconds)
    let match = try #require(verdict.match)
    #expect(verdict.isVerified)
    #expect(match.scheme == .standard && match.secretIndex == 0 && match.keyReading == .base64Decoded)
    #expect(match.signedEventID == "msg_p5jXN8AQM9LWM0D4loKWxJek")
    #expect(match.timestampSeconds == vector.timestampSeconds)
  }

  @Test func guideEventIsVerifiedByV2() throws {
    let headers = SignatureHeaders(
      xWebhookSignature: "sha256=04bc807538b38030444b754783e49c5e1ee06debeaed30172d374ff46151ccad"
    )
    let match = try #require(Fixture.verifier().verify(headers, body: Fixture.guideEvent).match)
    #expect(match.scheme == .v2 && match.keyReading == .ownBytes)
    #expect(match.signedEventID == nil && match.timestampSeconds == nil)
  }

  @Test func guideEventIsVerifiedByTheOlderHeadersOfV3() throws {
    let headers = SignatureHeaders(
      xWebhookSignature: "bd9226593cb72cd7b9862e1d6c5cf972fe5074c8afe409c54596a7a1ee88c81a",
      xWebhookTimestamp: "1700000000"
    )
    let match = try #require(Fixture.verifier().verify(headers, body: Fixture.guideEvent).match)
    #expect(match.scheme == .v3 && match.timestampSeconds == 1_700_000_000)
  }

  @Test(arguments: SignatureScheme.allCases)
  func whatIsSignedVerifies(scheme: SignatureScheme) throws {
    let verdict = try Fixture.verifier().verify(Fixture.signed(scheme), body: Fixture.guideEvent)
    #expect(verdict.match?.scheme == scheme && verdict.isVerified)
  }

  @Test(arguments: SignatureScheme.allCases)
  func schemeThatIsNotEnabledDoesNotVerify(scheme: SignatureScheme) throws {
    let others = Set(SignatureScheme.allCases).subtracting([scheme])
    let verdict = try Fixture.verifier(schemes: others).verify(
      Fixture.signed(scheme),
      body: Fixture.guideEvent
    )
    #expect(verdict == .refused(.noSignature))
  }

  @Test(arguments: SignatureScheme.allCases, [0, 1, 2])
  func everyConfiguredSecretVerifies(scheme: SignatureScheme, index: Int) throws {
    let secrets = ["the old one", "the new one", "the next one"]
    let verdict = try Fixture.verifier(secrets).verify(
      Fixture.signed(scheme, secrets[index]),
      body: Fixture.guideEvent
    )
    #expect(verdict.match?.secretIndex == index)
  }

  @Test func secretThatIsGivenTwiceCountsAtItsFirstPosition() throws {
    let verifier = try Fixture.verifier(["a", Fixture.plainSecret, Fixture.plainSecret])
    #expect(try verifier.verify(Fixture.signed(.v2), body: Fixture.guideEvent).match?.secretIndex == 1)
  }

  @Test func oneSetOfHeadersIsEnoughWhenTheOtherIsBroken() throws {
    let good = try Fixture.signed(.standard)
    var headers = good
    headers.xWebhookSignature = String(repeating: "0", count: 64)
    headers.xWebhookTimestamp = "1700000000"
    #expect(try Fixture.verifier().verify(headers, body: Fixture.guideEvent).match?.scheme == .standard)

    headers = try Fixture.signed(.v3)
    headers.webhookID = good.webhookID
    headers.webhookTimestamp = good.webhookTimestamp
    headers.webhookSignature = "v1,AAAA"
    #expect(try Fixture.verifier().verify(headers, body: Fixture.guideEvent).match?.scheme == .v3)
  }

  @Test(arguments: SignatureScheme.allCases)
  func blanksAroundHeaderValuesAreNotPartOfThem(scheme: SignatureScheme) throws {
    var headers = try Fixture.signed(scheme)
    headers.xWebhookSignature = headers.xWebhookSignature.map { " \t\($0) " }
    headers.xWebhookTimestamp = headers.xWebhookTimestamp.map { "\($0)\t" }
    headers.webhookID = headers.webhookID.map { "  \($0)" }
    headers.webhookTimestamp = headers.webhookTimestamp.map { " \($0) " }
    headers.webhookSignature = headers.webhookSignature.map { " \($0)\t" }
    #expect(try Fixture.verifier().verify(headers, body: Fixture.guideEvent).isVerified)
  }

  @Test func emptyBodyCanBeSigned() throws {
    for scheme in SignatureScheme.allCases {
      let headers = try Fixture.signed(scheme, body: "")
      #expect(try Fixture.verifier().verify(headers, body: "").isVerified)
      #expect(try Fixture.verifier().verify(headers, body: " ") == .refused(.mismatch))
    }
  }

  @Test func verifierIsNotMadeWithoutSecretsSchemesOrTolerance() throws {
    let secret = try Secret("s")
    #expect(throws: SignatureVerifier.SetupError.noSecrets) {
      try SignatureVerifier(secrets: [], schemes: [.v2], toleranceSeconds: 300)
    }
    #expect(throws: SignatureVerifier.SetupError.noSchemes) {
      try SignatureVerifier(secrets: [secret], schemes: [], toleranceSeconds: 300)
    }
    #expect(throws: SignatureVerifier.SetupError.negativeTolerance) {
      try SignatureVerifier(secrets: [secret], schemes: [.v2], toleranceSeconds: -1)
    }
  }
}
