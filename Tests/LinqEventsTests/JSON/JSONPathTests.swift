import LinqEvents
import Testing

@Suite struct JSONPathTests {
  private static let nested = #"""
    {"skip":{"data":{"a":"wrong"}},"data":{"a":{"b":[{"c":1.50},[true,null],"x\ny"]},"a.b":"dotted",
    "0":"zero","a\\b":"slash","\u0065":"escaped","empty":{},"twice":1,"twice":2},"list":[]}
    """#

  @Test(arguments: [
    ("data.a.b.0.c", JSONScalar.number("1.50")), ("data.a.b.1.0", .bool(true)), ("data.a.b.1.1", .null),
    ("data.a.b.2", .string("x\ny")), (#"data.a\.b"#, .string("dotted")), ("data.0", .string("zero")),
    (#"data.a\\b"#, .string("slash")), ("data.e", .string("escaped")), ("data.twice", .number("1")),
  ])
  func scalarIsFound(path: String, expected: JSONScalar) throws {
    #expect(try value(path, Self.nested) == expected)
  }

  @Test(arguments: [
    "a", "data", "data.a", "data.a.b", "data.a.b.0", "data.a.b.3", "data.a.b.00.c", "data.a.b.-1",
    "data.a.b.c",
    "data.a.b.2.0", "data.empty.x", "data.twice.x", "list.0", "skip.a", "data.a.b.1.2",
  ])
  func wayThatLeadsNowhereIsNil(path: String) throws {
    #expect(try value(path, Self.nested) == nil)
  }

  @Test func guideEventAnswersFilters() throws {
    #expect(try value("data.chat_handles.0.is_me", Fixture.guideEvent) == .bool(false))
    #expect(try value("data.chat_handles.1.is_me", Fixture.guideEvent) == .bool(true))
    #expect(try value("data.service", Fixture.guideEvent)?.text == "iMessage")
    #expect(try value("event_type", Fixture.guideEvent)?.text == "message.received")
  }

  @Test func otherRootsHaveElementsOrNothing() throws {
    #expect(try value("1", "[10,20]") == .number("20"))
    #expect(try value("0", "[]") == nil)
    #expect(try value("0", "7") == nil)
    #expect(try value("a", "not JSON") == nil)
  }

  @Test func pathsWithoutNamesOrWithStrayBackslashesAreRefused() {
    for text in ["", ".", "a.", ".a", "a..b"] {
      #expect(throws: JSONPath.ParseError.emptySegment) { try JSONPath(text) }
    }
    for text in [#"a\"#, #"a\b"#] {
      #expect(throws: JSONPath.ParseError.invalidEscape) { try JSONPath(text) }
    }
  }

  private func value(_ path: String, _ text: String) throws -> JSONScalar? {
    try JSONPath(path).value(in: text.utf8.span)
  }
}
