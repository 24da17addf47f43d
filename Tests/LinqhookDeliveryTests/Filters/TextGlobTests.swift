import LinqhookDelivery
import Testing

@Suite struct TextGlobTests {
  @Test(arguments: [
    ("*help*", "Please HELP me"), ("help", "Help"), ("*", ""), ("*", "two\nlines"), ("*b*", "a\nB\nc"),
    ("h?lp", "hElp"), ("*?", "x"), ("a*b*c", "aXbbXc"), ("*straße*", "In der STRASSE 5"),
    ("*STRASSE*", "straße"),
    ("ΌΣΟΣ", "όσος"), ("caf\u{E9}", "CAFE\u{301}"), ("caf?", "cafe\u{301}"), ("*👍*", "ok 👍!"), ("?", "👨‍👩‍👧"),
    ("*привет*", "ПРИВЕТ, мир"), ("k", "\u{212A}"), ("a\\*b", "A*B"), ("why\\?", "Why?"), ("a\\\\b", "a\\b"),
    ("a\\nb", "a\\nb"), ("end\\", "end\\"), ("a?b", "a\nb"), ("é??b", "É\r\nB"), ("a??b", "a\r\nb"),
  ])
  func fits(glob: String, text: String) { #expect(TextGlob(glob).matches(text)) }

  @Test(arguments: [
    ("help", "help me"), ("*help", "help me"), ("help*", "do help"), ("?", ""), ("?", "ab"), ("", "a"),
    ("a\\*b", "axb"), ("why\\?", "whys"), ("caf?", "cafes"), ("*é*", "e"), ("a*b*c", "acb"), ("*ж*", "latin"),
  ])
  func doesNotFit(glob: String, text: String) { #expect(!TextGlob(glob).matches(text)) }

  @Test func manyStarsTakeNoLongerThanBothLengthsAllow() {
    let glob = TextGlob(String(repeating: "*a", count: 50) + "b")
    #expect(!glob.matches(String(repeating: "a", count: 20_000)))
  }
}
