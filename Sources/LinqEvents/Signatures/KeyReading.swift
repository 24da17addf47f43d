public import LinqhookAuthentication

/// How the text of a secret becomes a key.
///
/// Linq's texts and the libraries in use disagree, so each scheme tries every reading of a configured
/// secret, its usual one first. That gives a forger nothing: all readings are equally secret.
public enum KeyReading: String, Sendable, CaseIterable {
  /// The bytes of the text as they are. Usual for V2 and the older V3 headers.
  case ownBytes = "own_bytes"

  /// What the text decodes to as base64, without a `whsec_` in front. Usual for Standard Webhooks. The
  /// URL-safe alphabet and missing padding are accepted.
  case base64Decoded = "base64_decoded"

  /// The bytes after `whsec_`, not decoded.
  case prefixRemoved = "prefix_removed"

  /// The bytes of the text with `+` and `/` where the URL-safe alphabet of base64 has `-` and `_`: Linq shows the one,
  /// and tools make the other of it.
  case otherAlphabet = "other_alphabet"

  private static let prefix = Array("whsec_".utf8)

  /// The readings in the order in which a scheme tries them.
  static func order(for scheme: SignatureScheme) -> [KeyReading] {
    switch scheme {
    case .v2, .v3: [.ownBytes, .base64Decoded, .prefixRemoved, .otherAlphabet]
    case .standard: [.base64Decoded, .ownBytes, .prefixRemoved, .otherAlphabet]
    }
  }

  /// Every key that `secret` may be read as. Two secrets with a key in common verify the same requests.
  public static func keys(of secret: Secret) -> [Secret] {
    allCases.compactMap { $0.key(from: secret) }
  }

  /// The key that `secret` gives when it is read so; nil when it cannot be.
  func key(from secret: Secret) -> Secret? {
    switch self {
    case .ownBytes: secret
    case .base64Decoded:
      secret.withBytes { bytes in
        Base64.secret(from: bytes.extracting(Self.prefixCount(of: bytes)..<bytes.count))
      }
    case .otherAlphabet: secret.withBytes { Self.inOtherAlphabet($0) }
    case .prefixRemoved:
      secret.withBytes { bytes in
        let prefixCount = Self.prefixCount(of: bytes)
        return prefixCount == 0 ? nil : try? Secret(bytes.extracting(prefixCount..<bytes.count))
      }
    }
  }

  /// Nil for a text that is the same in both alphabets, or no base64.
  private static func inOtherAlphabet(_ bytes: Span<UInt8>) -> Secret? {
    let start = prefixCount(of: bytes)
    let isUsed = (start..<bytes.count).contains {
      bytes[$0] == UInt8(ascii: "-") || bytes[$0] == UInt8(ascii: "_")
    }
    guard isUsed, Base64.secret(from: bytes.extracting(start..<bytes.count)) != nil else { return nil }
    return try? Secret(capacity: bytes.count) { output in
      for index in bytes.indices {
        switch bytes[index] {
        case UInt8(ascii: "-") where index >= start: output.append(UInt8(ascii: "+"))
        case UInt8(ascii: "_") where index >= start: output.append(UInt8(ascii: "/"))
        default: output.append(bytes[index])
        }
      }
    }
  }

  private static func prefixCount(of bytes: Span<UInt8>) -> Int {
    guard bytes.count >= prefix.count else { return 0 }
    return prefix.indices.allSatisfy { bytes[$0] == prefix[$0] } ? prefix.count : 0
  }
}
