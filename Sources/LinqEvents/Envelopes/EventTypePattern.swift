/// A glob over event types: `*` matches any run of characters, `?` one, all else itself.
public struct EventTypePattern: Sendable, Hashable, CustomStringConvertible {
  /// The pattern as written.
  public let description: String

  /// A pattern as written in the configuration, for example `message.*`.
  public init(_ pattern: String) { description = pattern }

  /// Whether the pattern matches a type as a whole.
  public func matches(_ type: String) -> Bool { description == "*" || description == type }
}
