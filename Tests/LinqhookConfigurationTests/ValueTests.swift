import Testing

@testable import LinqhookConfiguration

/// Durations, sizes, addresses and names, one text at a time.
@Suite struct ValueTests {
  @Test(arguments: [
    ("500ms", Duration.milliseconds(500)), ("30s", .seconds(30)), ("5m", .seconds(300)),
    ("72h", .seconds(259_200)),
    ("7d", .seconds(604_800)), ("0s", .zero), ("106751991167d", .milliseconds(9_223_372_036_828_800_000)),
  ])
  func durationsAreRead(_ text: String, _ duration: Duration) throws {
    #expect(try DurationText.parse(text) == duration)
    #expect(DurationText.format(duration) == text)
  }

  @Test(arguments: [
    "", "5", "s", "5 s", "-5s", "+5s", "5S", "5sec", "1.5h", "1h30m", "٥s", "106751991168d",
    "99999999999999999999s",
  ])
  func otherTextsAreNoDurations(_ text: String) {
    #expect(throws: ValueProblem.self) { try DurationText.parse(text) }
  }

  @Test(arguments: [
    ("16KiB", 16_384), ("1MiB", 1_048_576), ("2GiB", 2_147_483_648), ("1000B", 1000), ("0B", 0),
    ("8589934591GiB", 9_223_372_035_781_033_984),
  ])
  func sizesAreRead(_ text: String, _ bytes: Int) throws {
    #expect(try SizeText.parse(text) == bytes)
    #expect(SizeText.format(bytes) == text)
  }

  @Test func aBareNumberIsBytes() throws {
    #expect(try SizeText.parse("1048576") == 1_048_576)
  }

  @Test(arguments: [
    "", "B", "-1B", "1KB", "1kib", "1 MiB", "1.5GiB", "1TiB", "8589934592GiB", "99999999999999999999",
  ])
  func otherTextsAreNoSizes(_ text: String) {
    #expect(throws: ValueProblem.self) { try SizeText.parse(text) }
  }

  @Test(
    arguments: [
      ("0.0.0.0", [0, 0, 0, 0]), ("255.1.2.3", [255, 1, 2, 3]),
      ("::", [UInt8](repeating: 0, count: 16)), ("::1", [UInt8](repeating: 0, count: 15) + [1]),
      ("fd00::", [0xFD] + [UInt8](repeating: 0, count: 15)),
      ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
      ("1::8", [0, 1] + [UInt8](repeating: 0, count: 12) + [0, 8]),
      ("::ffff:127.0.0.1", [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1]),
    ] as [(String, [UInt8])]
  )
  func internetAddressesAreRead(_ text: String, _ bytes: [UInt8]) {
    #expect(InternetAddress.parse(text) == bytes)
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.x", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:8::", "+1::", "１.2.3.4",
  ])
  func otherTextsAreNoInternetAddresses(_ text: String) {
    #expect(InternetAddress.parse(text) == nil)
  }

  @Test(arguments: [
    ("127.0.0.1:80", true), ("127.9.9.9:80", true), ("localhost:80", true), ("[::1]:80", true),
    ("unix:/s", true),
    ("[::ffff:127.0.0.1]:80", true), ("0.0.0.0:80", false), ("[::]:80", false), ("10.0.0.1:80", false),
    ("localhost.example:80", false), ("systemd", false),
  ])
  func localAddressesAreKnown(_ text: String, _ isLocal: Bool) throws {
    let listen = try ListenSettings(parsing: text, relativeTo: "/")
    #expect(listen.isLocal == isLocal)
    #expect(listen.description == text)
  }

  @Test(arguments: [
    ("comand", "command"), ("Command", "command"), ("max-body", "max_body"), ("maxbody", "max_body"),
    ("lsiten", "listen"), ("foo", nil), ("", nil), ("commandcommandcommand", nil),
  ])
  func theNearestNameIsFound(_ written: String, _ meant: String?) {
    #expect(NearestName.find(written, in: ["listen", "command", "max_body"]) == meant)
  }

  @Test func neighboursThatSwappedCountOnce() {
    #expect(NearestName.distance(Array("drian"), Array("drain")) == 1)
    #expect(NearestName.distance([], Array("abc")) == 3)
    #expect(NearestName.distance(Array("kitten"), Array("sitting")) == 3)
  }

  @Test(arguments: [
    ("/a/./b//c", "/a/b/c"), ("/a/../../b", "/b"), ("/", "/"), ("x/../y", "/base/y"), ("../y", "/y"),
  ])
  func pathsBecomeAbsolute(_ text: String, _ path: String) throws {
    #expect(try PathText.resolve(text, relativeTo: "/base") == path)
  }

  @Test func aValueInASentenceStaysOnItsLine() {
    #expect(Quoted.text("a\nb\u{1B}[31m\u{2028}") == #"`a\u{A}b\u{1B}[31m\u{2028}`"#)
    #expect(Quoted.text(String(repeating: "x", count: 61)) == "`" + String(repeating: "x", count: 60) + "…`")
    #expect(Quoted.text("my whsec_abc") == "`***`")
  }
}
