extension JSONToken {
  /// The text of a name or string with its escapes resolved, of a number as it was spelt, else the bytes.
  ///
  /// A lone surrogate becomes U+FFFD; ask ``hasLoneSurrogate`` first where that matters. `bytes` are those
  /// that the token was read from.
  public func text(in bytes: Span<UInt8>) -> String {
    switch kind {
    case .name, .string: hasEscapes ? unescaped(in: bytes) : Self.text(of: contentRange, in: bytes)
    default: Self.text(of: range, in: bytes)
    }
  }

  private func unescaped(in bytes: Span<UInt8>) -> String {
    var text = ""
    var position = contentRange.lowerBound
    var runStart = position
    while position < contentRange.upperBound {
      guard bytes[position] == UInt8(ascii: "\\"), let escape = try? JSONEscape(at: position, in: bytes)
      else {
        position += 1
        continue
      }
      text += Self.text(of: runStart..<position, in: bytes)
      text.unicodeScalars.append(escape.scalar ?? "\u{FFFD}")
      position = escape.end
      runStart = position
    }
    return text + Self.text(of: runStart..<contentRange.upperBound, in: bytes)
  }

  /// The tokenizer has seen that these bytes are UTF-8; the standard library checks once more because its
  /// way around the check is unsafe.
  private static func text(of range: Range<Int>, in bytes: Span<UInt8>) -> String {
    do {
      return String(copying: try UTF8Span(validating: bytes.extracting(range)))
    } catch {
      return String(decoding: range.map { bytes[$0] }, as: UTF8.self)
    }
  }
}
