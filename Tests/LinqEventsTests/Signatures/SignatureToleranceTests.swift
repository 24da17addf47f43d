import LinqEvents
import Testing

@Suite struct SignatureToleranceTests {
  private let now: Int64 = 1_700_000_000

  @Test(arguments: [SignatureScheme.v3, .standard], [-300, -299, 0, 299, 300] as [Int64])
  func stampWithinTheToleranceIsFreshOnBothSides(scheme: SignatureScheme, age: Int64) throws {
    let headers = try Fixture.signed(scheme, timestampSeconds: now - age)
    #expect(try Fixture.verifier().verify(headers, body: Fixture.guideEvent).isVerified)
  }

  @Test(arguments: [SignatureScheme.v3, .standard], [-1_000_000, -301, 301, 1_700_000_000] as [Int64])
  func stampOutsideIsStaleAndTheSkewIsTold(scheme: SignatureScheme, age: Int64) throws {
    let headers = try Fixture.signed(scheme, timestampSeconds: now - age)
    let verdict = try Fixture.verifier().verify(headers, body: Fixture.guideEvent)
    guard case .stale(let match, let skewSeconds) = verdict else {
      Issue.record("\(verdict) is not stale")
      return
    }
    #expect(match.scheme == scheme && skewSeconds == age)
  }

  @Test func zeroToleranceTakesTheSameSecondOnly() throws {
    let verifier = try Fixture.verifier(toleranceSeconds: 0)
    let headers = try Fixture.signed(.standard)
    #expect(verifier.verify(headers, body: Fixture.guideEvent, nowSeconds: now).isVerified)
    #expect(!verifier.verify(headers, body: Fixture.guideEvent, nowSeconds: now + 1).isVerified)
    #expect(!verifier.verify(headers, body: Fixture.guideEvent, nowSeconds: now - 1).isVerified)
  }

  @Test func extremeClocksAndTolerancesDoNotTrap() throws {
    let headers = try Fixture.signed(.standard)
    let verifier = try Fixture.verifier(toleranceSeconds: .max)
    for clock in [Int64.min, -1, 0, Int64.max] {
      #expect(verifier.verify(headers, body: Fixture.guideEvent, nowSeconds: clock).match != nil)
    }
  }

  @Test func staleStampOfAWrongSignatureIsAMismatch() throws {
    let headers = try Fixture.signed(.standard, "another secret", timestampSeconds: 1)
    #expect(try Fixture.verifier().verify(headers, body: Fixture.guideEvent) == .refused(.mismatch))
  }

  @Test func freshSchemeWinsOverStaleOne() throws {
    var headers = try Fixture.signed(.standard, timestampSeconds: now - 10_000)
    let fresh = try Fixture.signed(.v3, timestampSeconds: now)
    headers.xWebhookSignature = fresh.xWebhookSignature
    headers.xWebhookTimestamp = fresh.xWebhookTimestamp
    let verdict = try Fixture.verifier().verify(headers, body: Fixture.guideEvent)
    #expect(verdict.isVerified && verdict.match?.scheme == .v3)
  }

  @Test func smallerSkewIsReportedWhenAllAreStale() throws {
    var headers = try Fixture.signed(.standard, timestampSeconds: now - 10_000)
    let other = try Fixture.signed(.v3, timestampSeconds: now + 400)
    headers.xWebhookSignature = other.xWebhookSignature
    headers.xWebhookTimestamp = other.xWebhookTimestamp
    guard
      case .stale(let match, let skewSeconds) = try Fixture.verifier().verify(
        headers,
        body: Fixture.guideEvent
      )
    else {
      Issue.record("not stale")
      return
    }
    #expect(match.scheme == .v3 && skewSeconds == -400)
  }

  @Test func staleSignatureWinsOverARefusal() throws {
    var headers = try Fixture.signed(.standard, timestampSeconds: now - 10_000)
    headers.xWebhookSignature = String(repeating: "0", count: 64)
    headers.xWebhookTimestamp = String(now)
    #expect(try Fixture.verifier().verify(headers, body: Fixture.guideEvent).match?.scheme == .standard)
  }
}
