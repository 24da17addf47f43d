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
