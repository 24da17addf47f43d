public import LinqhookAuthentication

/// An endpoint as far as its ids are concerned. Ids count for each endpoint; endpoints that know one key count as one,
/// because a request that one of them took verifies at the other.
public struct EndpointKeys: Sendable {
  /// The path, as ``InboundEvent/endpoint`` has it.
  public var path: String
  /// Every key that its secrets may be read as; none where it takes unsigned requests only.
  public var keys: [Secret]
  /// How far a signed stamp may be from our time.
  public var toleranceMilliseconds: Int64

  /// An endpoint of the given parts.
  public init(path: String, keys: [Secret], toleranceMilliseconds: Int64) {
    self.path = path
    self.keys = keys
    self.toleranceMilliseconds = toleranceMilliseconds
  }
}
