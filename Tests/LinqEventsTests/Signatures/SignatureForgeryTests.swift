import ForgerySupport
import Foundation
import LinqEvents
import LinqhookAuthentication
import Testing

/// Nothing that nobody has signed verifies.
@Suite struct SignatureForgeryTests {
  private static let nowSeconds: Int64 = 1_700_000_000

  /// Over all schemes. `Tests/run --forgeries` makes a million of them.
  private static let count =
    ProcessInfo.processInfo.environment["LINQHOOK_FORGERIES"].flatMap { Int($0) } ?? 30_000

  @Test(arguments: SignatureScheme.allCases)
  func noForgeryVerifiesAndWhatWasSignedDoes(scheme: SignatureScheme) throws {
    let secret = try Secret(Fixture.plainSecret)
    // The second one is what a third of all systems have: several secrets, some of them base64.
    let verifier = try Fixture.verifier([Fixture.plainSecret, "whsec_c2VjcmV0IGJ5dGVzIQ=="])
    var forger = try Forger(scheme: scheme, secret: secret, timestampSeconds: Self.nowSeconds, seed: 7)
    for genuine in forger.genuine { #expect(verdict(of: verifier, on: genuine).isVerified) }
    for number in 0..<Self.count / SignatureScheme.allCases.count {
      let forgery = forger.next()
      if let match = verdict(of: verifier, on: forgery).match, !isKnownCrossing(forgery, match) {
        Issue.record(
          "Forgery \(number) passes: \(forgery.headers) \(String(decoding: forgery.body, as: UTF8.self))"
        )
      }
    }
    // The last of them leaves a verifier that still knows what is genuine.
    for genuine in forger.genuine { #expect(verdict(of: verifier, on: genuine).isVerified) }
  }

  /// V2 signs the body alone, so that all that another scheme signs, taken for a body, passes. `SignatureVerifier`
  /// says so; it is never an event. IngressTests.ForgeryTests shows that none is stored.
  private func isKnownCrossing(_ forgery: SignedRequest, _ match: SignatureMatch) -> Bool {
    guard match.scheme == .v2, forgery.body.first != UInt8(ascii: "{") else { return false }
    return (try? EventEnvelope.read(forgery.body)) == nil
  }

  private func verdict(of verifier: SignatureVerifier, on request: SignedRequest) -> SignatureVerdict {
    let headers = SignatureHeaders { name in
      request.headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
    return verifier.verify(headers, body: request.body.span, nowSeconds: Self.nowSeconds)
  }
}
