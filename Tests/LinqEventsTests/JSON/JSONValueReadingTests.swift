import LinqEvents
import Testing

@Suite struct JSONValueReadingTests {
  private func parse(_ text: String) throws -> JSONValue {
    let bytes = Array(text.utf8)
    return try JSONValue(parsing: bytes.span)
  }

  @Test func prettyTextIndentsByTwoBlanksAndKeepsOrderAndNumbers() throws {
    let value = try parse(#"{"b":1.50,"a":[true,{"x":[]}],"e":{},"t":"a\"b"}"#)
    let expected = """
      {
        "b": 1.50,
        "a": [
          true,
          {
            "x": []
          }
        ],
        "e": {},
        "t": "a\\"b"
      }
      """
    #expect(value.prettyText == expected)
    #expect(try parse(value.prettyText) == value)
  }

  @Test(arguments: ["[]", "{}", "null", #""x""#, "-0.0e10"])
  func prettyTextOfWhatHoldsNothingIsCompact(_ text: String) throws {
    #expect(try parse(text).prettyText == text)
  }

  @Test func membersAreFoundByNameAndKind() throws {
    let value = try parse(#"{"a":"text","n":-12,"f":1.5,"l":[1,2],"a":"second"}"#)
    #expect(value[member: "a"]?.string == "text")
    #expect(value[member: "n"]?.integer == -12)
    #expect(value[member: "f"]?.integer == nil)
    #expect(value[member: "l"]?.elements == [1, 2])
    #expect(value[member: "missing"] == nil)
    #expect(value[member: "l"]?[member: "a"] == nil)
    #expect(value.string == nil)
  }

  @Test func membersWithoutAValueAreLeftOut() {
    let value = JSONValue(presentMembers: ["b": JSONValue(1), "a": nil, "c": JSONValue("x")])
    #expect(String(decoding: value.compactBytes, as: UTF8.self) == #"{"b":1,"c":"x"}"#)
  }
}
