/// Reads JSON (RFC 8259) piece by piece in one pass, and validates all of it on the way.
///
/// It builds nothing and allocates nothing: a token is a range of the bytes. Everything in this module that
/// looks into JSON is a loop over these tokens, so there is one place that decides what JSON is.
///
/// Decisions where RFC 8259 leaves room:
/// - Brackets may be nested ``maxDepth`` deep; the open ones are bits of one integer.
/// - A byte order mark is refused, and so is anything after the value.
/// - A lone surrogate escape passes and is marked on its token; who needs the text decides.
/// - Duplicate names pass; who needs a name decides.
public struct JSONTokenizer: Sendable {
  /// How deep brackets may be nested. Linq's events use fewer than ten levels.
  public static let maxDepth = 128

  private enum Expectation: Sendable {
    case value, valueOrEnd, name, nameOrEnd, commaOrEnd, nothing
  }

  /// How many brackets are open after the last token.
  public private(set) var depth = 0

  /// Whether white space stood anywhere between the tokens so far.
  private(set) var hasSeenWhitespace = false

  var offset = 0
  /// Bit d - 1 is set when the bracket at depth d is a brace.
  private var braces: UInt128 = 0
  private var expectation = Expectation.value

  /// Stands before the first byte.
  public init() {}

  /// Reads the next token, or nil after a complete text. Always hand over the same bytes.
  public mutating func next(in bytes: Span<UInt8>) throws(JSONError) -> JSONToken? {
    skipWhitespace(in: bytes)
    guard offset < bytes.count else {
      guard expectation == .nothing else { throw JSONError(.unexpectedEnd, at: offset) }
      return nil
    }
    if expectation == .commaOrEnd {
      guard bytes[offset] == UInt8(ascii: ",") else { return try end(in: bytes) }
      offset += 1
      expectation = isInObject ? .name : .value
      skipWhitespace(in: bytes)
      guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
    }
    switch expectation {
    case .value: return try value(in: bytes)
    case .valueOrEnd where bytes[offset] == UInt8(ascii: "]"): return try end(in: bytes)
    case .valueOrEnd: return try value(in: bytes)
    case .nameOrEnd where bytes[offset] == UInt8(ascii: "}"): return try end(in: bytes)
    case .name, .nameOrEnd: return try name(in: bytes)
    case .commaOrEnd, .nothing: throw JSONError(.trailingContent, at: offset)
    }
  }

  /// Reads `bytes` to the end and throws at the first fault.
  public static func validate(_ bytes: Span<UInt8>) throws(JSONError) {
    var tokenizer = JSONTokenizer()
    while try tokenizer.next(in: bytes) != nil {}
  }

  private var isInObject: Bool { depth > 0 && (braces >> UInt128(depth - 1)) & 1 == 1 }

  private mutating func skipWhitespace(in bytes: Span<UInt8>) {
    var position = offset
    while position < bytes.count, JSONTokenizer.isWhitespace(bytes[position]) { position += 1 }
    guard position > offset else { return }
    hasSeenWhitespace = true
    offset = position
  }

  static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }
}

// What stands where.
extension JSONTokenizer {
  private mutating func value(in bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
    let token: JSONToken
    switch bytes[offset] {
    case UInt8(ascii: "\""): token = try string(.string, in: bytes)
    case UInt8(ascii: "{"): return try begin(.beginObject)
    case UInt8(ascii: "["): return try begin(.beginArray)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): token = try number(in: bytes)
    case UInt8(ascii: "t"): token = try literal(.true, "true", in: bytes)
    case UInt8(ascii: "f"): token = try literal(.false, "false", in: bytes)
    case UInt8(ascii: "n"): token = try literal(.null, "null", in: bytes)
    case 0xEF where offset == 0: throw JSONError(.byteOrderMark, at: 0)
    default: throw JSONError(.expectedValue, at: offset)
    }
    expectation = depth == 0 ? .nothing : .commaOrEnd
    return token
  }

  private mutating func name(in bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
    guard bytes[offset] == UInt8(ascii: "\"") else { throw JSONError(.expectedName, at: offset) }
    let token = try string(.name, in: bytes)
    skipWhitespace(in: bytes)
    guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
    guard bytes[offset] == UInt8(ascii: ":") else { throw JSONError(.expectedColon, at: offset) }
    offset += 1
    expectation = .value
    return token
  }

  private mutating func begin(_ kind: JSONToken.Kind) throws(JSONError) -> JSONToken {
    guard depth < Self.maxDepth else { throw JSONError(.tooDeep, at: offset) }
    let bit = UInt128(1) << UInt128(depth)
    braces = kind == .beginObject ? braces | bit : braces & ~bit
    depth += 1
    offset += 1
    expectation = kind == .beginObject ? .nameOrEnd : .valueOrEnd
    return JSONToken(kind, offset - 1..<offset)
  }

  private mutating func end(in bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
    let isObject = isInObject
    guard bytes[offset] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
      throw JSONError(.expectedCommaOrEnd, at: offset)
    }
    depth -= 1
    offset += 1
    expectation = depth == 0 ? .nothing : .commaOrEnd
    return JSONToken(isObject ? .endObject : .endArray, offset - 1..<offset)
  }

  private mutating func literal(
    _ kind: JSONToken.Kind,
    _ spelling: String,
    in bytes: Span<UInt8>
  ) throws(JSONError) -> JSONToken {
    let start = offset
    for expected in spelling.utf8 {
      guard offset < bytes.count else { throw JSONError(.unexpectedEnd, at: offset) }
      guard bytes[offset] == expected else { throw JSONError(.expectedValue, at: start) }
      offset += 1
    }
    return JSONToken(kind, start..<offset)
  }
}
