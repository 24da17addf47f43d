/// A glob over texts, without regard to case: `*` stands for any run of characters, line ends included, and `?` for
/// one. A backslash before `*`, `?` or another backslash makes it an ordinary character.
///
/// Characters are what people take for one: `é` is the same in one scalar or in two. Case is that of Unicode: `STRASSE`
/// fits `straße`.
public struct TextGlob: Sendable, Equatable {
  private enum Step<Element: Equatable & Sendable>: Sendable, Equatable {
    case anyRun
    case anyOne
    case exactly(Element)
  }

  private let characters: [Step<Character>]
  /// The same for texts of ASCII, which need no characters to be made; nil where the pattern has others.
  private let bytes: [Step<UInt8>]?

  /// Takes any text; without `*` and `?` it fits only itself.
  public init(_ pattern: String) {
    let pieces = Self.pieces(of: pattern)
    characters = Self.steps(pieces, Self.folded)
    bytes = Self.isASCII(pattern) ? Self.steps(pieces) { $0.utf8.map(Self.folded) } : nil
  }

  /// A run of ordinary characters, or what stands for others.
  private static func pieces(of pattern: String) -> [Step<String>] {
    var pieces: [Step<String>] = []
    var literal = ""
    var isEscaped = false
    for scalar in pattern.unicodeScalars {
      switch scalar {
      case "*", "?":
        if isEscaped {
          literal.unicodeScalars.append(scalar)
        } else {
          pieces += [.exactly(literal), scalar == "*" ? .anyRun : .anyOne]
          literal = ""
        }
        isEscaped = false
      case "\\" where !isEscaped: isEscaped = true
      default:
        if isEscaped, scalar != "\\" { literal += "\\" }
        literal.unicodeScalars.append(scalar)
        isEscaped = false
      }
    }
    return pieces + [.exactly(isEscaped ? literal + "\\" : literal)]
  }

  private static func steps<Element>(
    _ pieces: [Step<String>],
    _ elements: (String) -> [Element]
  ) -> [Step<Element>] {
    pieces.flatMap { piece -> [Step<Element>] in
      switch piece {
      case .anyRun: [.anyRun]
      case .anyOne: [.anyOne]
      case .exactly(let text): elements(text).map { .exactly($0) }
      }
    }
  }

  /// Whether the whole of `text` fits. Takes at most as many steps as the product of both lengths.
  public func matches(_ text: String) -> Bool {
    if let bytes, Self.isASCII(text) {
      return Self.matches(text.utf8.map(Self.folded), bytes)
    }
    return Self.matches(Self.folded(text), characters)
  }

  /// On a mismatch the last star takes one element more, and the rest is tried again from there.
  private static func matches<Element>(_ text: [Element], _ steps: [Step<Element>]) -> Bool {
    var (position, index) = (0, 0)
    var lastStar: (index: Int, position: Int)?
    while position < text.count {
      let step = index < steps.count ? steps[index] : nil
      if step == .anyRun {
        lastStar = (index, position)
        index += 1
      } else if step == .anyOne || step == .exactly(text[position]) {
        position += 1
        index += 1
      } else if let star = lastStar {
        lastStar = (star.index, star.position + 1)
        (position, index) = (star.position + 1, star.index + 1)
      } else {
        return false
      }
    }
    return steps[index...].allSatisfy { $0 == .anyRun }
  }

  /// First to capitals, as those of `ß` and `ς` have the fewest spellings. A line end of two characters counts as two,
  /// as it does in ASCII.
  private static func folded(_ text: String) -> [Character] {
    var characters: [Character] = []
    for character in text.uppercased().lowercased() {
      if character == "\r\n" { characters += ["\r", "\n"] } else { characters.append(character) }
    }
    return characters
  }

  private static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

  private static func folded(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
