/// What a refused request is worth keeping, lowest first: what anyone can send must never cost the place of
/// what only Linq can.
public enum QuarantineClass: Int, Sendable, CaseIterable, Comparable {
  /// It carries no signature, or none that could ever hold.
  case unsigned = 0
  /// Its signature is well formed and matches no secret: a forgery, or Linq's own while a secret is wrong.
  case mismatched = 1
  /// Its signature holds, and it was refused for something else.
  case authentic = 2

  /// The word for it in lists.
  public var name: String {
    switch self {
    case .unsigned: "unsigned"
    case .mismatched: "mismatched"
    case .authentic: "authentic"
    }
  }

  /// A lower one gives way to a higher one.
  public static func < (left: QuarantineClass, right: QuarantineClass) -> Bool {
    left.rawValue < right.rawValue
  }
}
