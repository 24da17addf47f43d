import LinqhookAuthentication

@testable import LinqEvents

/// The headers of a signature and the body, with a line feed between them. Nobody who lacks the secret gets in.
struct SignatureTarget: FuzzTarget {
  private static let nowSeconds: Int64 = 1_770_320_000
  private let keys: [Secret]
  private let verifier: SignatureVerifier

  init() {
    do {
      // Drawn anew for each run, so that the corpus cannot come to hold a signature that fits.
      keys = try (0..<2).map { _ in try Secret(RandomIdentifier.uuid()) }
      verifier = try SignatureVerifier(
        secrets: keys,
        schemes: Set(SignatureScheme.allCases),
        toleranceSeconds: 300
      )
    } catch {
      fatalError("\(error)")
    }
  }

  func run(_ input: [UInt8]) {
    let parts = input.split(separator: 0x0A, maxSplits: 5, omittingEmptySubsequences: false).map(Array.init)
    func header(_ index: Int) -> String? {
      parts.count > index && !parts[index].isEmpty ? String(decoding: parts[index], as: UTF8.self) : nil
    }
    let headers = SignatureHeaders(
      xWebhookSignature: header(0),
      xWebhookTimestamp: header(1),
      webhookID: header(2),
      webhookTimestamp: header(3),
      webhookSignature: header(4)
    )
    let body = parts.count > 5 ? parts[5] : []
    let verdict = verifier.verify(headers, body: body.span, nowSeconds: Self.nowSeconds)
    guard case .refused = verdict else { fatalError("A forged signature was taken: \(headers)") }
    let explanation = try? SignatureExplanation(
      of: headers,
      body: body,
      secrets: keys,
      schemes: Set(SignatureScheme.allCases),
      toleranceSeconds: 300,
      nowSeconds: Self.nowSeconds
    )
    claim(explanation?.sentences.isEmpty == false, "A refusal is not explained.")
  }
}
