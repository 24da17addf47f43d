/// What a verifier found.
public enum SignatureVerdict: Sendable, Equatable {
  /// The sender knows a secret, and the stamp, if the scheme has one, is fresh.
  case verified(SignatureMatch)

  /// The sender knows a secret, but the stamp is outside the tolerance: a wrong clock, a slow hop or a
  /// replay. `skewSeconds` is our time minus the stamp: positive when the stamp lies in our past.
  case stale(SignatureMatch, skewSeconds: Int64)

  /// Nothing shows that the sender knows a secret.
  case refused(SignatureRefusal)
}

/// Which signature held.
public struct SignatureMatch: Sendable, Equatable {
  /// The scheme that verified.
  public let scheme: SignatureScheme

  /// The position of the secret in the configured list, from 0.
  public let secretIndex: Int

  /// How the secret had to be read.
  public let keyReading: KeyReading

  /// The event id that was signed along; only ``SignatureScheme/standard`` signs one. It has 1 to 255 visible
  /// ASCII characters and no dot.
  public let signedEventID: String?

  /// The signed time in Unix seconds; ``SignatureScheme/v2`` signs none.
  public let timestampSeconds: Int64?
}

/// Why nothing verified, for logs and metrics; it never holds what was sent.
///
/// The cases are in the order of how much they tell: when several schemes fail, the verifier reports the
/// one that got furthest.
public enum SignatureRefusal: String, Error, Sendable, CaseIterable {
  /// No header carries a signature in the form of an enabled scheme.
  case noSignature = "no_signature"
  /// The list holds only versions other than `v1`.
  case unsupportedVersion = "unsupported_version"
  /// A signature is not 64 hexadecimal digits, or not `v1,` and base64 of 32 bytes.
  case malformedSignature = "malformed_signature"
  /// The scheme needs `webhook-id` and it is missing.
  case missingID = "missing_id"
  /// `webhook-id` is not 1 to 255 visible ASCII characters without a dot. A dot would let one signed
  /// message be cut into id, timestamp and body in several ways.
  case malformedID = "malformed_id"
  /// The scheme needs a timestamp header and it is missing.
  case missingTimestamp = "missing_timestamp"
  /// The timestamp is not 1 to 11 decimal digits; milliseconds have too many.
  case malformedTimestamp = "malformed_timestamp"
  /// Everything is well formed, and no secret gives this signature.
  case mismatch = "mismatch"

  /// How far the check came, from 0.
  var progress: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension SignatureRefusal {
  /// The reason in words, for the operator. The sender is told none of this.
  public var sentence: String {
    switch self {
    case .noSignature: "no header carries a signature of an enabled scheme"
    case .unsupportedVersion: "webhook-signature holds no v1 signature"
    case .malformedSignature: "the signature is not well formed"
    case .missingID: "webhook-id is missing"
    case .malformedID: "webhook-id is not 1 to 255 visible characters without a dot"
    case .missingTimestamp: "the timestamp header is missing"
    case .malformedTimestamp: "the timestamp is not a count of seconds since 1970"
    case .mismatch: "no configured secret gives this signature"
    }
  }
}
