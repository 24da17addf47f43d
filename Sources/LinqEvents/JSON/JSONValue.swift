/// A JSON text as a tree, for commands that build or change one. Never used while an event is accepted.
///
/// Members keep their order and numbers their spelling, so that reading and writing changes white space
/// and escapes only.
public indirect enum JSONValue: Sendable, Equatable {
  /// Members in order; names may repeat, as in the bytes.
  case object([Member])
  /// Elements in order.
  case array([JSONValue])
  /// Everything else.
  case scalar(JSONScalar)

  /// One member of an object.
  public struct Member: Sendable, Equatable {
    /// The name, escapes resolved.
    public var name: String
    /// What is under the name.
    public var value: JSONValue

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// Reads a whole text.
  public init(parsing bytes: Span<UInt8>) throws(JSONError) {
    try JSONTokenizer.validate(bytes)
    var tokenizer = JSONTokenizer()
    guard let first = try tokenizer.next(in: bytes) else { throw JSONError(.unexpectedEnd, at: 0) }
    self = try Self.value(from: first, &tokenizer, bytes)
  }

  /// The shortest text: no white space.
  public var compactBytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  /// The same value with the members of every object in the order of their names' bytes.
  public var sortedByName: JSONValue {
    switch self {
    case .object(let members):
      .object(
        members.map { Member($0.name, $0.value.sortedByName) }
          .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      )
    case .array(let elements): .array(elements.map(\.sortedByName))
    case .scalar: self
    }
  }
}

extension JSONValue {
  /// Depth is bounded by the tokenizer, so recursion is too.
  private static func value(
    from token: JSONToken,
    _ tokenizer: inout JSONTokenizer,
    _ bytes: Span<UInt8>
  ) throws(JSONError) -> JSONValue {
    if let scalar = JSONScalar(token, in: bytes) { return .scalar(scalar) }
    var members: [Member] = []
    var elements: [JSONValue] = []
    while let next = try tokenizer.next(in: bytes) {
      switch next.kind {
      case .endObject: return .object(members)
      case .endArray: return .array(elements)
      case .name:
        guard let first = try tokenizer.next(in: bytes) else { break }
        members.append(Member(next.text(in: bytes), try value(from: first, &tokenizer, bytes)))
      default: elements.append(try value(from: next, &tokenizer, bytes))
      }
    }
    throw JSONError(.unexpectedEnd, at: bytes.count)
  }

  private func append(to bytes: inout [UInt8]) {
    switch self {
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSONText.append(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .scalar(.string(let text)): JSONText.append(text, to: &bytes)
    case .scalar(let scalar): bytes += Array(scalar.text.utf8)
    }
  }
}

extension JSONValue {
  /// Puts `value` at `path`, making the objects on the way that are missing.
  ///
  /// An element of an array is replaced when it exists; one past the last is added. Gives false, and changes
  /// nothing, when the way leads through a string, number or other scalar, or past the end of an array.
  public mutating func set(_ value: JSONValue, at path: JSONPath) -> Bool {
    set(value, at: path.segments[...])
  }

  private mutating func set(_ value: JSONValue, at segments: ArraySlice<String>) -> Bool {
    guard let segment = segments.first else {
      self = value
      return true
    }
    switch self {
    case .object(var members):
      let index = members.firstIndex { $0.name == segment } ?? members.count
      if index == members.count { members.append(Member(segment, .object([]))) }
      guard members[index].value.set(value, at: segments.dropFirst()) else { return false }
      self = .object(members)
    case .array(var elements):
      guard let index = Int(segment), (0...elements.count).contains(index) else { return false }
      if index == elements.count { elements.append(.object([])) }
      guard elements[index].set(value, at: segments.dropFirst()) else { return false }
      self = .array(elements)
    case .scalar: return false
    }
    return true
  }
}
