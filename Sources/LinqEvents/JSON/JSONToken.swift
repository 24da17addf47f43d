/// One piece of a JSON text: a bracket, a name or a value, as a range of the bytes that were read.
public struct JSONToken: Sendable, Equatable {
  /// What a piece is.
  public enum Kind: UInt8, Sendable {
    /// `{`
    case beginObject
    /// `}`
    case endObject
    /// `[`
    case beginArray
    /// `]`
    case endArray
    /// The name of a member; its colon was read too.
    case name
    /// A string that is a value.
    case string
    /// A number.
    case number
    /// `true`
    case `true`
    /// `false`
    case `false`
    /// `null`
    case null
  }

  /// What this piece is.
  public let kind: Kind

  /// Where it is among the bytes, quotes included.
  public let range: Range<Int>

  /// A name or string that has escapes, so that its text differs from its bytes.
  public let hasEscapes: Bool

  /// A name or string in which `\ud800` to `\udfff` stands without its other half. RFC 8259 allows the
  /// spelling, but it is no text: readers differ in what they make of it.
  public let hasLoneSurrogate: Bool

  init(_ kind: Kind, _ range: Range<Int>, hasEscapes: Bool = false, hasLoneSurrogate: Bool = false) {
    self.kind = kind
    self.range = range
    self.hasEscapes = hasEscapes
    self.hasLoneSurrogate = hasLoneSurrogate
  }

  /// Where the bytes between the quotes of a name or string stand.
  var contentRange: Range<Int> { range.lowerBound + 1..<range.upperBound - 1 }
}
