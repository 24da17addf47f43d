/// The reason why a secret or a key could not be made. Contains no byte of either.
public enum AuthenticationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The secret has no bytes. An empty key would let anyone sign.
  case emptySecret

  /// libcrypto does not offer HMAC with SHA-256, as when its configuration turns the default provider off.
  case algorithmUnavailable

  /// libcrypto offers HMAC with SHA-256 but refused this key, as a FIPS provider does with short ones.
  case keyRefused(byteCount: Int)

  /// The system's random number generator failed.
  case randomUnavailable

  /// A whole sentence for the operator.
  public var description: String {
    switch self {
    case .emptySecret:
      "The secret is empty; set it to the one that Linq showed when the webhook subscription was made."
    case .algorithmUnavailable:
      "libcrypto offers no HMAC with SHA-256; check that openssl.cnf leaves the default provider on."
    case .keyRefused(let byteCount):
      "libcrypto refused a key of \(byteCount) bytes; use a longer secret or a provider that allows it."
    case .randomUnavailable:
      "libcrypto could not gather random bytes; check that getrandom(2) is allowed in this sandbox."
    }
  }
}
