import LinqEvents
import TestKit
import Testing

/// Nothing that differs from what was signed verifies: neither a flipped bit nor a cut, in the body or in any
/// header that is signed.
@Suite struct SignatureMutationTests {
  private static let casesPerScheme = 7_000

  @Test(arguments: SignatureScheme.allCases)
  func noMutationVerifies(scheme: SignatureScheme) throws {
    let verifier = try Fixture.verifier([Fixture.plainSecret, "c2VjcmV0IGJ5dGVzIQ=="])
    let headers = try Fixture.signed(scheme)
    let body = Array(Fixture.guideEvent.utf8)
    var generator = SeededRandom(seed: UInt64(scheme.rawValue.utf8.count))
    var seen = 0
    while seen < Self.casesPerScheme {
      var (changedHeaders, changedBody) = (headers, body)
      Self.mutate(&changedHeaders, &changedBody, by: &generator)
      // Another spelling of the same signature is no mutation: hexadecimal digits may be of either case.
      guard changedBody != body || !Self.areEquivalent(changedHeaders, headers) else { continue }
      seen += 1
      let verdict = verifier.verify(changedHeaders, body: changedBody.span, nowSeconds: 1_700_000_000)
      #expect(verdict.match == nil, "\(changedHeaders) \(changedBody.count) bytes")
    }
  }

  private static func mutate(
    _ headers: inout SignatureHeaders,
    _ body: inout [UInt8],
    by generator: inout SeededRandom
  ) {
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: body = mutated(body, by: &generator)
    case 1: headers.xWebhookSignature = mutated(headers.xWebhookSignature, by: &generator)
    case 2: headers.xWebhookTimestamp = mutated(headers.xWebhookTimestamp, by: &generator)
    case 3: headers.webhookID = mutated(headers.webhookID, by: &generator)
    case 4: headers.webhookTimestamp = mutated(headers.webhookTimestamp, by: &generator)
    default: headers.webhookSignature = mutated(headers.webhookSignature, by: &generator)
    }
  }

  private static func mutated(_ text: String?, by generator: inout SeededRandom) -> String? {
    text.map { String(decoding: mutated(Array($0.utf8), by: &generator), as: UTF8.self) }
  }

  private static func mutated(_ bytes: [UInt8], by generator: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    let index = Int.random(in: bytes.indices, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: bytes.removeLast(bytes.count - index)
    case 1: bytes.remove(at: index)
    case 2: bytes.insert(.random(in: 0...255, using: &generator), at: index)
    case 3: bytes.removeFirst(index)
    default: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    }
    return bytes
  }

  private static func areEquivalent(_ left: SignatureHeaders, _ right: SignatureHeaders) -> Bool {
    func plain(_ text: String?) -> String? {
      text.map { String($0.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }) }
    }
    return plain(left.xWebhookSignature)?.lowercased() == plain(right.xWebhookSignature)?.lowercased()
      && plain(left.xWebhookTimestamp) == plain(right.xWebhookTimestamp)
      && plain(left.webhookID) == plain(right.webhookID)
      && plain(left.webhookTimestamp) == plain(right.webhookTimestamp)
      && plain(left.webhookSignature) == plain(right.webhookSignature)
  }
}
