/// The generations of Linq's Partner API. Accounts live on both with one token.
public enum APIVersion: String, Sendable, CaseIterable {
  /// The legacy API of the quick-start guide.
  case v2
  /// The current API.
  case v3

  /// What comes before the path of every call.
  var basePath: String { "/api/partner/\(rawValue)/" }
}
