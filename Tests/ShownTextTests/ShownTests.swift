import ShownText
import Testing

@Suite struct TextForPeople {
  @Test(arguments: [
    "Grüße, 你好, 안녕, สวัสดี", "naïve \u{65}\u{301}", "price: 5 €, 100 % “sure”…", "no\u{A0}break",
    // Right to left: Hebrew, Arabic with its own number sign, Persian with a non-joiner inside the word.
    "שלום", "مرحبا", "\u{600}١٢٣", "می\u{200C}خواهم",
    // Joined by U+200D, coloured, and turned into an emoji by U+FE0F.
    "👋🏽 👨‍👩‍👧‍👦 🏳️‍🌈 👩🏽‍⚕️ ❤️‍🔥 1️⃣ ❤️ 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "क्\u{200D}ष", "葛\u{E0100}", "a\u{FFFD}b",
  ])
  func whatPeopleReadIsLeftAlone(_ text: String) {
    #expect(Shown.line(text) == text)
    #expect(Shown.isSafe(text))
  }

  private static let ranges: [ClosedRange<UInt32>] = [
    0...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x115F...0x1160, 0x180E...0x180E,
    0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x3164...0x3164, 0xE000...0xE001, 0xFE00...0xFE0F,
    0xFEFF...0xFEFF, 0xFFF9...0xFFFB, 0xFFFE...0xFFFF, 0x1D173...0x1D17A, 0xE0001...0xE0001,
    0xE0020...0xE007F,
    0xE0100...0xE01EF, 0x10FFFF...0x10FFFF,
  ]

  @Test func nothingThatSteersATerminalOrHidesPassesBetweenLetters() throws {
    for value in Self.ranges.joined() {
      let scalar = try #require(Unicode.Scalar(value))
      let shown = Shown.line("a\(scalar)b")
      #expect(shown == "a\\u{\(String(value, radix: 16, uppercase: true))}b")
      #expect(!Shown.isSafe("a\(scalar)b"))
    }
  }

  /// Tags, selectors and joiners carry messages that nobody sees when one follows the other.
  @Test(arguments: [
    "😀\u{FE0F}\u{FE0E}", "😀\u{200D}\u{200D}", "x\u{E0068}\u{E0069}",
    "🏴" + String(repeating: "\u{E0061}", count: 8),
    "葛\u{E0100}\u{E0101}", "\u{200D}", "é\u{200D}b", "1\u{200D}2", "paypal\u{200C}.com",
  ])
  func hiddenMessagesComeToLight(_ text: String) {
    #expect(!Shown.isSafe(text))
    #expect(Shown.line(text).contains("\\u{"))
    #expect(Shown.isSafe(Shown.line(text)))
  }

  @Test func carriageReturnWithLineFeedIsTwoScalars() {
    #expect(Shown.line("\r\n") == "\\u{D}\\u{A}")
  }

  @Test func brokenBytesAreReplaced() {
    #expect(Shown.line([0x61, 0xFF, 0x0A, 0xC2, 0x9B]) == "a\u{FFFD}\\u{A}\\u{9B}")
  }

  @Test(arguments: [
    ("no such customer\n", "no such customer"), ("\r\n\t two\nlines \r\n\n", "two\\u{A}lines"), (" \n", ""),
    ("", ""),
  ])
  func wordsHaveNoBlanksAroundThem(_ text: String, _ shown: String) {
    #expect(Shown.words(text) == shown)
    #expect(Shown.words(Array(text.utf8)) == shown)
  }

  @Test func linesKeepTheirEndsAndTabsAndNothingElse() {
    #expect(Shown.lines("a\n\tb\r\u{1B}[2J\u{85}") == "a\n\tb\\u{D}\\u{1B}[2J\\u{85}")
  }
}
