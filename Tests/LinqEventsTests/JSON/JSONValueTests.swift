import LinqEvents
import Testing

@Suite struct JSONValueTests {
  @Test(arguments: [
    #"{"b":1.50,"a":[true,false,null,"x",{}],"b":[]}"#, "[]", "{}", "-0.0e10", #""a\nb""#, "null",
  ])
  func compactTextIsWrittenAsItWasRead(text: String) throws {
    #expect(try String(decoding: parse(text).compactBytes, as: UTF8.self) == text)
  }

  @Test func sortingReachesEveryLevelAndLeavesElementsInOrder() throws {
    let value = try parse(#"{"b":{"z":1,"y":2},"a":[{"d":1,"c":2},3,1]}"#).sortedByName
    #expect(
      String(decoding: value.compactBytes, as: UTF8.self)
        == #"{"a":[{"c":2,"d":1},3,1],"b":{"y":2,"z":1}}"#
    )
  }

  @Test(arguments: [
    ("a", #"{"a":9,"l":[1,{"m":2}]}"#), ("l.0", #"{"a":1,"l":[9,{"m":2}]}"#),
    ("l.1.m", #"{"a":1,"l":[1,{"m":9}]}"#), ("l.2", #"{"a":1,"l":[1,{"m":2},9]}"#),
    ("x.y.z", #"{"a":1,"l":[1,{"m":2}],"x":{"y":{"z":9}}}"#),
  ])
  func settingChangesOneValue(path: String, expected: String) throws {
    var value = try parse(#"{"a":1,"l":[1,{"m":2}]}"#)
    #expect(try value.set(9, at: JSONPath(path)))
    #expect(String(decoding: value.compactBytes, as: UTF8.self) == expected)
  }

  @Test(arguments: ["a.b", "l.3", "l.x", "l.-1", "l.0.x"])
  func settingWhereNoWayLeadsChangesNothing(path: String) throws {
    let original = try parse(#"{"a":1,"l":[1,{"m":2}]}"#)
    var value = original
    #expect(try !value.set(9, at: JSONPath(path)))
    #expect(value == original)
  }

  @Test func brokenTextIsRefused() {
    #expect(throws: JSONError.self) { try parse("{\"a\":}") }
    #expect(throws: JSONError.self) { try parse("{} {}") }
  }

  @Test func deepestAllowedTextIsReadAndWritten() throws {
    let text = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try String(decoding: parse(text).compactBytes, as: UTF8.self) == text)
  }

  private func parse(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: text.utf8.span)
  }
}
