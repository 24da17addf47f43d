/// What RFC 8259 forbids, by what it is about. The bytes of a text are those of its UTF-8; what is no UTF-8 stands in
/// `invalidUTF8`.
enum JSONRefusedVectors {
  static let families: [(name: String, texts: [String])] = [
    ("commas", commas), ("brackets", brackets), ("objects", objects), ("numbers", numbers),
    ("literals", literals), ("strings", strings), ("escapes", escapes), ("around the value", around),
  ]

  static let commas = [
    "[1,]", "[1,,2]", "[,1]", "[,]", "[,,]", "[1,2,]", "[1 2]", "[1;2]", "[\"a\",\n]", "[1,}", #"{"a":1,}"#,
    #"{"a":1,,"b":2}"#, #"{,"a":1}"#, "{,}", #"{"a":1;"b":2}"#, #"{"a":1 "b":2}"#, "[[],]", "[{},]", "1,",
    ",1",
  ]

  static let brackets = [
    "[", "]", "{", "}", "[]]", "{}}", "[[]", "[{]}", "{[]}", "[}", "{]", "(1)", "<1>", "[1", "[[[", "{{}}",
    "[\"a\"",
    "[[]{}]", "[1]2", "{}[]",
  ]

  static let objects = [
    "{1:2}", "{a:1}", "{'a':1}", "{null:1}", "{true:1}", "{[]:1}", "{{}:1}", #"{"a"}"#, #"{"a",1}"#,
    #"{"a":}"#,
    #"{"a"::1}"#, #"{:1}"#, #"{"a":1:2}"#, #"{"a" 1}"#, #"{"a"=1}"#, #"{"a":"b" "c"}"#, #"{"a":b}"#,
    #"{"a":1"#,
    #"{"a":"#, #"{"a""#, #"{"a":1,"b"}"#, #"{"a":1}}"#, #"{"a":/*1*/2}"#, #"{"a":1,...}"#,
  ]

  static let numbers = [
    "+1", "01", "-01", "00", "-00", "1.", ".1", "-.1", "1.e1", "1e", "1E", "1e+", "1e-", "1e1.5", "1e1e1",
    "1.2.3", "--1",
    "-", "- 1", "-+1", "+-1", "0x1F", "0b1", "0o7", "1_000", "1,000", "1 000", "1f", "1L", "1n", "1/2", "0e",
    "0.e", "2.e3",
    "NaN", "-NaN", "Infinity", "-Infinity", "Inf", "∞", "１", "1.５", "٣", "²", "1e１", "-\u{2212}1", "0.1.2",
    "[1e]", "[-]",
    "[0 1]", "[01]", "[1.]", "-a", "[-a]", "1a", "0a", "1e1a", "1\u{0}", "0\u{a0}",
  ]

  static let literals = [
    "True", "TRUE", "False", "Null", "NULL", "nul", "tru", "fals", "nulll", "truee", "falsey", "true1", "t",
    "f", "n",
    "undefined", "nil", "None", "yes", "no", "nu\nll", "tr ue", "\u{3c4}rue", "[true false]", "[nul]", "a",
    "$", "@", "#",
  ]

  static let strings = [
    "\"", "\"a", "a\"", "'a'", "`a`", "\u{201c}a\u{201d}", "\"a\"b\"", "\"a\nb\"", "\"a\tb\"", "\"a\rb\"",
    "\"\0\"",
    "\"\u{1f}\"", "\"\u{1}\"", "\"\u{8}\"", "\"\u{c}\"", "\"\u{1b}\"", "[\"a]", "[\"a\n\"]", "\"a\" \"b\"",
    "\"a\"+\"b\"",
    "\"\\\n\"", "{\"a\nb\":1}", "\"\\\"", "\"\\", "\"\\\\\\\"",
  ]

  static let escapes = [
    #""\a""#, #""\v""#, #""\0""#, #""\x41""#, #""\'""#, #""\U0041""#, #""\ ""#, #""\u""#, #""\u1""#,
    #""\u12""#, #""\u123""#,
    #""\u{41}""#, #""\u+041""#, #""\u-041""#, #""\u 041""#, #""\u004g""#, #""\u00é1""#, #""\uD83D\u""#,
    #""\uD83D\u1""#,
    #""\uD83D\uZZZZ""#, #""\u００４１""#, #""\N""#, #""\é""#, #""\😀""#, #"\u0022a""#, #"[\n]"#, #"{"\z":1}"#,
  ]

  static let around = [
    "", " ", "\n", "\t\r\n ", "1 1", "1x", "{}x", "[]\0", "{}\u{feff}", "\u{feff}{}", "\u{feff}", "\u{a0}1",
    "1\u{a0}",
    "\u{2028}1", "\u{3000}[]", "\u{b}1", "\u{c}1", "[\u{b}1]", "[1\u{c}]", "\u{85}1", "// a\n1", "1 // a",
    "/* a */ 1",
    "# a\n1", "1;", "<json/>", "\0", "\u{1}", "[1]\n[2]", ")]}',\n{}", "callback({})",
  ]

  /// Each stands between quotes. Unicode 16, table 3-7, has what is well-formed.
  static let invalidUTF8: [[UInt8]] = [
    // Bytes that follow nothing, and first bytes that nothing follows.
    [0x80], [0xbf], [0x61, 0x80], [0xc2], [0xdf], [0xe2], [0xe2, 0x82], [0xf0], [0xf0, 0x9f],
    [0xf0, 0x9f, 0x98],
    [0xc2, 0x41], [0xc2, 0xc2], [0xe2, 0x41, 0x82], [0xe2, 0x82, 0x41], [0xe2, 0x82, 0xc2],
    [0xf0, 0x9f, 0x98, 0x41],
    [0xf0, 0x41, 0x98, 0x80], [0xf0, 0x9f, 0x41, 0x80], [0xc3, 0xa9, 0xa9], [0xf0, 0x9f, 0x98, 0x80, 0x80],
    // Longer than need be.
    [0xc0, 0x80], [0xc0, 0xaf], [0xc0, 0xa2], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xe0, 0x80, 0xa2],
    [0xe0, 0x9f, 0xbf],
    [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x80, 0x80, 0xa2], [0xf0, 0x8f, 0xbf, 0xbf],
    // Surrogates, alone and in pairs (CESU-8).
    [0xed, 0xa0, 0x80], [0xed, 0xaf, 0xbf], [0xed, 0xb0, 0x80], [0xed, 0xbf, 0xbf],
    [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
    // Above U+10FFFF.
    [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xf7, 0xbf, 0xbf, 0xbf],
    [0xf8, 0x88, 0x80, 0x80, 0x80],
    [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80], [0xfe], [0xff], [0xfe, 0xff], [0xff, 0xfe],
    // Other encodings.
    [0xe9], [0x61, 0xe4, 0x62], [0x82, 0xa0], [0xa4, 0xa2],
  ]

  /// Whole texts in encodings that RFC 8259, section 8.1, does not allow.
  static let otherEncodings: [[UInt8]] = [
    [0x7b, 0, 0x7d, 0], [0, 0x7b, 0, 0x7d], [0xff, 0xfe, 0x7b, 0, 0x7d, 0], [0xfe, 0xff, 0, 0x7b, 0, 0x7d],
    [0, 0, 0, 0x31], [0x31, 0, 0, 0], [0xef, 0xbb, 0xbf], [0xef, 0xbb, 0xbf, 0x31], [0xef, 0xbb], [0xef],
    [0xc3, 0xa9],
  ]
}
