import LinqEvents
import LinqhookAuthentication

/// What several suites use.
enum Fixture {
  /// The `message.received` event of Linq's quick-start guide, pretty-printed as it stands there.
  static let guideEvent = #"""
    {
      "api_version": "v2",
      "created_at": "2025-10-22T10:31:00-06:00",
      "data": {
        "id": "67891",
        "chat_id": "12345",
        "text": "Thanks! This is my reply.",
        "sent_at": "2025-10-22 10:31:00 -0600",
        "is_read": false,
        "from_phone": "+15551234567",
        "service": "iMessage",
        "reaction_id": null,
        "chat_handles": [
          {
            "identifier": "+15551234567",
            "display_name": "John Doe",
            "is_me": false
          },
          {
            "identifier": "+19998887777",
            "display_name": "Your Linq Number",
            "is_me": true
          }
        ],
        "attachments": []
      },
      "event_id": "9dabceb9-9194-4dc6-beda-892573f377b4",
      "event_type": "message.received"
    }
    """#

  /// The public test vector of the Standard Webhooks libraries.
  enum StandardVector {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let timestampSeconds: Int64 = 1_614_265_330
    static let body = #"{"test": 2432232314}"#
    static let headers = SignatureHeaders(
      webhookID: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      webhookTimestamp: "1614265330",
      webhookSignature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
  }

  /// A secret that is no base64, whatever is taken off its front.
  static let plainSecret = "correct horse battery staple"

  static func verifier(
    _ secrets: [String] = [plainSecret],
    schemes: Set<SignatureScheme> = Set(SignatureScheme.allCases),
    toleranceSeconds: Int64 = 300
  ) throws -> SignatureVerifier {
    try SignatureVerifier(
      secrets: secrets.map { try Secret($0) },
      schemes: schemes,
      toleranceSeconds: toleranceSeconds
    )
  }

  /// The headers that Linq would send, as a server hands them over.
  static func signed(
    _ scheme: SignatureScheme,
    _ secret: String = plainSecret,
    id: String = "evt-1",
    timestampSeconds: Int64 = 1_700_000_000,
    body: String = guideEvent
  ) throws -> SignatureHeaders {
    let signer = try SignatureSigner(scheme: scheme, secret: Secret(secret))
    let headers = signer.headers(
      eventID: id,
      timestampSeconds: timestampSeconds,
      body: body.utf8.span
    )
    return SignatureHeaders { name in headers.first { $0.name == name }?.value }
  }
}

extension SignatureVerifier {
  /// For bodies written as text. Macros of Swift Testing cannot take a span.
  func verify(_ headers: SignatureHeaders, body: String, nowSeconds: Int64 = 1_700_000_000)
    -> SignatureVerdict
  {
    verify(headers, body: body.utf8.span, nowSeconds: nowSeconds)
  }
}

extension SignatureVerdict {
  var match: SignatureMatch? {
    switch self {
    case .verified(let match), .stale(let match, _): match
    case .refused: nil
    }
  }

  var isVerified: Bool {
    if case .verified = self { true } else { false }
  }
}
