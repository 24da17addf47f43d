/// A way to one value inside an event, such as `data.chat_handles.0.is_me`.
///
/// Segments are separated by dots. A segment of digits counts the elements of an array from 0 and is a name
/// inside an object. A dot that belongs to a name is written `\.`, a backslash `\\`.
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
  /// Why a text is no path.
  public enum ParseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing between two dots, before the first or after the last.
    case emptySegment
    /// A backslash before something other than a dot or a backslash.
    case invalidEscape

    /// A whole sentence for the operator.
    public var description: String {
      switch self {
      case .emptySegment:
        "A path needs a name or number between its dots, as in data.chat_handles.0.is_me."
      case .invalidEscape:
        "In a path a backslash may stand only before a dot or another backslash."
      }
    }
  }

  /// The names and numbers, in order; at least one.
  public let segments: [String]

  /// The path as it was written.
  public let description: String

  /// Reads a path.
  public init(_ text: String) throws(ParseError) {
    var segments = [""]
    var isEscaped = false
    for character in text.unicodeScalars {
      switch (character, isEscaped) {
      case (".", false): segments.append("")
      case ("\\", false): isEscaped = true
      case (".", true), ("\\", true), (_, false):
        segments[segments.count - 1].unicodeScalars.append(character)
        isEscaped = false
      case (_, true): throw .invalidEscape
      }
    }
    guard !isEscaped else { throw .invalidEscape }
    guard !segments.contains("") else { throw .emptySegment }
    self.segments = segments
    description = text
  }

  /// What is at the end of a path.
  public enum Finding: Sendable, Equatable {
    /// A string, a number, `true`, `false` or `null`.
    case scalar(JSONScalar)
    /// An object or array.
    case container
  }

  /// Looks the value up without building a tree.
  ///
  /// Nil when the way leads nowhere, ends at an object or array, or the bytes are not JSON that far. Of
  /// members with the same name the first counts.
  public func value(in bytes: Span<UInt8>) -> JSONScalar? {
    token(in: bytes).flatMap { JSONScalar($0, in: bytes) }
  }

  /// Looks up what is there, as `value(in:)` does; nil when there is nothing.
  public func find(in bytes: Span<UInt8>) -> Finding? {
    token(in: bytes).map { token in JSONScalar(token, in: bytes).map(Finding.scalar) ?? .container }
  }

  private func token(in bytes: Span<UInt8>) -> JSONToken? {
    var tokenizer = JSONTokenizer()
    var walk = Walk(segments: segments)
    while let token = try? tokenizer.next(in: bytes) {
      switch walk.step(token, depth: tokenizer.depth, in: bytes) {
      case .goOn: continue
      case .arrived: return token
      case .nowhere: return nil
      }
    }
    return nil
  }
}

extension JSONPath {
  /// Where a reader of tokens is on the way.
  private struct Walk {
    enum Step { case goOn, arrived, nowhere }

    let segments: [String]
    /// How many segments lead to the container whose members are looked at; its depth is one more.
    private var matched = 0
    private var isArray = false
    /// The number of the element that comes next, when that container is an array.
    private var elementIndex = 0
    private var isNextWanted = false

    init(segments: [String]) { self.segments = segments }

    mutating func step(_ token: JSONToken, depth: Int, in bytes: Span<UInt8>) -> Step {
      switch token.kind {
      case .endObject, .endArray:
        return depth == matched ? .nowhere : .goOn
      case .name:
        if depth == matched + 1 { isNextWanted = token.text(in: bytes) == segments[matched] }
        return .goOn
      case .beginObject, .beginArray:
        return enter(token.kind, containerDepth: depth - 1)
      case .string, .number, .true, .false, .null:
        guard isWanted(atContainerDepth: depth) else { return .goOn }
        return matched + 1 == segments.count ? .arrived : .nowhere
      }
    }

    private mutating func enter(_ kind: JSONToken.Kind, containerDepth: Int) -> Step {
      if containerDepth > 0 {
        guard isWanted(atContainerDepth: containerDepth) else { return .goOn }
        guard matched + 1 < segments.count else { return .arrived }
        matched += 1
      }
      isArray = kind == .beginArray
      elementIndex = 0
      isNextWanted = false
      return .goOn
    }

    private mutating func isWanted(atContainerDepth depth: Int) -> Bool {
      guard depth == matched + 1 else { return false }
      guard isArray else {
        defer { isNextWanted = false }
        return isNextWanted
      }
      defer { elementIndex += 1 }
      return segments[matched] == String(elementIndex)
    }
  }
}
