/// Decides of one scalar of a text after the other whether it is shown as it is.
///
/// Most that cannot be seen has no place in a text of strangers: a zero-width space makes two ids look alike, and whole
/// messages hide in tags and variation selectors. A few of them belong to something visible, one behind each: the joiner
/// inside an emoji or an Indic word, the selector that makes a heart red, the letters of a flag. Those stay.
public struct ShownScalars {
  /// England, Scotland and Wales: a flag, up to six letters and a mark for their end.
  private static let maxFlagTags = 7

  /// The last scalar that was shown.
  private var previous: Unicode.Scalar?
  /// How many letters of a flag may still come.
  private var flagTagsLeft = 0

  /// Begins a text.
  public init() {}

  /// Whether the next scalar of the text is shown as it is.
  public mutating func shows(_ scalar: Unicode.Scalar) -> Bool {
    let isShown = isVisible(scalar) || belongsToPrevious(scalar)
    if scalar.value == 0x1F3F4 {
      flagTagsLeft = Self.maxFlagTags
    } else {
      flagTagsLeft = isShown && Self.isTag(scalar) ? flagTagsLeft - 1 : 0
    }
    previous = isShown ? scalar : nil
    return isShown
  }

  private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if (0x20..<0x7F).contains(scalar.value) { return true }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
    case .format: return Self.isVisibleFormat(scalar)
    default: return !properties.isDefaultIgnorableCodePoint
    }
  }

  /// Something invisible that only changes how the one before it looks.
  private func belongsToPrevious(_ scalar: Unicode.Scalar) -> Bool {
    guard let previous else { return false }
    switch scalar.value {
    case 0x200C: return Self.isJoining(previous)
    case 0x200D: return Self.isJoining(previous) || Self.isPartOfEmoji(previous)
    case 0xFE00...0xFE0F:
      return previous.properties.isEmoji || previous.value >= 0x2000 && isVisible(previous)
    case 0xE0100...0xE01EF: return previous.properties.isIdeographic
    case 0x180B...0x180D, 0x180F: return (0x1800...0x18AF).contains(previous.value) && isVisible(previous)
    default: return flagTagsLeft > 0 && Self.isTag(scalar)
    }
  }

  /// Scripts whose letters change by what they are joined to: Arabic to Mongolian, with those of India between.
  private static func isJoining(_ scalar: Unicode.Scalar) -> Bool {
    let isLetterOrMark =
      scalar.properties.isAlphabetic || scalar.properties.canonicalCombiningClass != .notReordered
    return (0x0600...0x1CFF).contains(scalar.value) && isLetterOrMark
      && !scalar.properties.isDefaultIgnorableCodePoint
  }

  /// An emoji, with its colour of skin or the selector that makes it one.
  private static func isPartOfEmoji(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0xFE0F || scalar.value > 0x7F && scalar.properties.isEmoji
  }

  private static func isTag(_ scalar: Unicode.Scalar) -> Bool { (0xE0020...0xE007F).contains(scalar.value) }

  /// Signs over or before Arabic, Syriac and Kaithi numbers, which Unicode counts among the format characters.
  private static func isVisibleFormat(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0600...0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD: true
    default: false
    }
  }
}
