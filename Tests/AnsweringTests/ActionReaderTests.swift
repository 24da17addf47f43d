import LinqAPI
import LinqEvents
import LinqhookDelivery
import Testing

@testable import Answering

/// What a program wants done is read strictly.
@Suite struct ActionReaderTests {
  private let reader = ActionReader(version: .v3, hasMessage: true)

  private func lines(_ text: String, _ reader: ActionReader? = nil) throws(ActionProblem) -> [Action] {
    try (reader ?? self.reader).actions(in: .lines(Array(text.utf8)))
  }

  private func text(_ text: String) throws(ActionProblem) -> [Action] {
    try reader.actions(in: .text(Array(text.utf8)))
  }

  @Test func everyFormOfAnActionIsRead() throws {
    let output = #"""
      {"reply":"Hello"}

      {"reply":{"text":"See","to":"message","attach":["/tmp/a.png","https://example.com/b.png"]}}
      {"reply":{"attach":["/tmp/a.png"]}}
      { "react" : "love" }
      {"react":"🎉"}
      {"read":true}
      """#
    #expect(
      try lines(output) == [
        .reply("Hello"),
        .reply(text: "See", quotes: true, attachments: ["/tmp/a.png", "https://example.com/b.png"]),
        .reply(text: "", attachments: ["/tmp/a.png"]), .react(.tapback(.love)), .react(.emoji("🎉")), .read,
      ]
    )
  }

  @Test func lineEndsOfAnotherSystemAndNoLineEndAtTheEndAreFine() throws {
    #expect(try lines("{\"read\":true}\r\n{\"reply\":\"x\"}") == [.read, .reply("x")])
  }

  @Test(arguments: [
    ("hello secret", "not JSON"), ("[1]", "no JSON object"), ("\"secret\"", "no JSON object"),
    ("{}", "exactly one"),
    (#"{"reply":"secret","read":true}"#, "exactly one"),
    (#"{"reply":"a","reply":"secret"}"#, "exactly one"),
    (#"{"say":"secret"}"#, "none of"), (#"{"reply":7}"#, "a text or an object"),
    (#"{"reply":null}"#, "a text or an object"),
    (#"{"reply":""}"#, "empty"), (#"{"reply":" \n"}"#, "empty"), (#"{"reply":{}}"#, "neither"),
    (#"{"reply":{"text":"secret","too":"message"}}"#, "nothing else"),
    (#"{"reply":{"text":1}}"#, "must be a text"),
    (#"{"reply":{"text":"secret","to":"chat"}}"#, "only be"), (#"{"reply":{"attach":"/secret"}}"#, "list"),
    (#"{"reply":{"attach":["secret"]}}"#, "absolute path"),
    (#"{"reply":{"attach":["http://secret"]}}"#, "https"),
    (#"{"reply":{"attach":["/a\nb"]}}"#, "absolute path"), (#"{"react":"secret"}"#, "emoji"),
    (#"{"react":"🎉🎉"}"#, "emoji"),
    (#"{"react":true}"#, "emoji"), (#"{"read":false}"#, "true"), (#"{"read":"secret"}"#, "true"),
    (#"{"reply":"secret"} x"#, "not JSON"), (#"{"reply":"a\u0000secret"}"#, "NUL"),
    ("{\"reply\":\"a\u{0}\"}", "not JSON"),
  ]) func aLineThatIsNoActionIsNamedByItsNumberAndNeverRepeated(_ line: String, _ fault: String) {
    let error = #expect(throws: ActionProblem.self) { _ = try lines("{\"read\":true}\n\n" + line + "\n") }
    let sentence = error?.description ?? ""
    #expect(sentence.contains("Line 3 of the program's output is no action"), "\(sentence)")
    #expect(sentence.contains(fault), "\(sentence)")
    #expect(!sentence.contains("secret"))
  }

  @Test func bytesThatAreNoUTF8AreNoAnswer() {
    #expect(throws: ActionProblem.self) { _ = try reader.actions(in: .text([0x68, 0xFF])) }
    #expect(throws: ActionProblem.self) {
      _ = try reader.actions(in: .lines(Array("{\"reply\":\"".utf8) + [0xFF] + Array("\"}".utf8)))
    }
  }

  @Test(arguments: [
    ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a "), ("a\nb", "a\nb"), ("שלום\n", "שלום"),
  ]) func aTextLosesTheNewlineAtItsEndAndNothingElse(_ output: String, _ expected: String) throws {
    #expect(try text(output) == [.reply(expected)])
  }

  @Test(arguments: ["", "\n", " \n\t\n", "\r\n"]) func emptyOutputSendsNothing(_ output: String) throws {
    #expect(try text(output) == [])
    #expect(try lines(output) == [])
  }

  @Test func anEmptyListSendsNothingAndWhatIsNoListIsAnError() throws {
    #expect(try reader.actions(in: .list(Array("[]".utf8))) == [])
    #expect(try reader.actions(in: .list(Array(#"[{"reply":"x"}]"#.utf8))) == [.reply("x")])
    for wrong in ["{}", "", "\"x\"", "[{\"reply\":1}]", "[null]"] {
      #expect(throws: ActionProblem.self) { _ = try reader.actions(in: .list(Array(wrong.utf8))) }
    }
  }

  @Test func moreThanAnAnswerMayHaveIsRefused() throws {
    let many = String(repeating: "{\"read\":true}\n", count: ActionLimits.maxActions)
    #expect(try lines(many).count == ActionLimits.maxActions)
    #expect(throws: ActionProblem.self) { _ = try lines(many + "{\"read\":true}\n") }
    #expect(try text(String(repeating: "é", count: ActionLimits.maxTextLength)).count == 1)
    #expect(throws: ActionProblem.self) {
      _ = try text(String(repeating: "é", count: ActionLimits.maxTextLength + 1))
    }
    #expect(throws: ActionProblem.self) {
      _ = try text(String(repeating: " ", count: ActionLimits.maxOutputBytes + 1))
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: ActionProblem.self) { _ = try lines(deep) }
  }

  @Test func whatV2CannotDoIsSaidWithTheLine() throws {
    let v2 = ActionReader(version: .v2, hasMessage: true)
    #expect(try lines(#"{"react":"laugh"}"#, v2) == [.react(.tapback(.laugh))])
    for wrong in [#"{"react":"🎉"}"#, #"{"reply":{"text":"x","to":"message"}}"#] {
      let error = #expect(throws: ActionProblem.self) { _ = try lines(wrong, v2) }
      #expect(error?.description.contains("V2") == true)
    }
  }

  @Test func anEventWithoutAMessageCanBeAnsweredButNotQuotedAndNotReactedTo() throws {
    let other = ActionReader(version: .v3, hasMessage: false)
    #expect(try lines(#"{"reply":"x"}"#, other) == [.reply("x")])
    #expect(throws: ActionProblem.self) { _ = try lines(#"{"react":"love"}"#, other) }
    #expect(throws: ActionProblem.self) { _ = try lines(#"{"reply":{"text":"x","to":"message"}}"#, other) }
  }

  @Test func whatIsWrittenAsJSONIsReadBackTheSame() throws {
    let actions: [Action] = [
      .reply("\u{202E}\u{7}\"\\ 🎉\n"), .reply(text: "", quotes: true, attachments: ["/a b", "https://x/y"]),
      .react(.emoji("👍🏽")), .react(.tapback(.question)), .read,
    ]
    #expect(try reader.actions(in: .list(actions.listBytes)) == actions)
  }
}
