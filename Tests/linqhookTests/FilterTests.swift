import Foundation
import ReceiverSupport
import TestKit
import Testing

/// `where`, through the built program: which handler gets which event.
@Suite(.timeLimit(.minutes(2))) struct FilterTests {
  private static let secret = "filter-secret-0123456789"
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("secret", Self.secret)
    try folder.write("allowed", "# who may write\n+12025550147\n")
  }

  private func configuration(_ conditions: [(name: String, condition: String)]) -> String {
    let handlers = conditions.map {
      "  - {name: \($0.name), type: file, path: \(folder.file($0.name)), where: {\($0.condition)}}"
    }
    return """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      handlers:
      \(handlers.joined(separator: "\n"))
      """
  }

  /// A message of V3, newest payload version.
  private static func message(_ id: String, text: String, from: String, service: String = "iMessage")
    -> String
  {
    #"{"api_version":"v3","webhook_version":"2026-02-03","event_type":"message.received","event_id":"\#(id)","#
      + #""created_at":"2026-11-30T09:00:00Z","data":{"id":"m-\#(id)","direction":"inbound","service":"\#(service)","#
      + #""chat":{"id":"c1","is_group":false,"owner_handle":{"handle":"+12025550100","is_me":true}},"#
      + #""sender_handle":{"handle":"\#(from)","is_me":false},"parts":[{"type":"text","value":"\#(text)"}],"#
      + #""sent_at":"2026-11-30T09:00:00Z"}}"#
  }

  private func send(_ body: String, to receiver: RunningReceiver) async throws {
    try folder.write("body", body)
    let outcome = try await Program.shell(
      "linqhook send \(receiver.url) --secret-file '\(folder.file("secret"))' '\(folder.file("body"))'"
    )
    #expect(outcome.output.hasPrefix("200 "), "\(outcome)")
  }

  private func ids(_ handler: String) -> [String] {
    folder.lines(handler).compactMap { line in
      line.split(separator: "\"event_id\":\"").last.map { String($0.prefix { $0 != "\"" }) }
    }
  }

  @Test func eachFormLetsThroughWhatItSays() async throws {
    let conditions = [
      ("equal", "data.service: iMessage"), ("list", "message.service: [SMS, RCS]"),
      ("not", "message.from: {not: '+12025550147'}"), ("like", "message.text: {like: '*HELP*'}"),
      ("missing", "message.reply_to: {exists: false}"), ("there", "message.reaction: {exists: true}"),
      ("listed", "message.from: {in: 'file:\(folder.file("allowed"))'}"),
      ("both", "message.text: {like: '*help*', not: 'help me'}"), ("deep", "message.parts.0.type: text"),
    ]
    try await withReceiver(in: folder, configuration: configuration(conditions)) { receiver in
      try await send(Self.message("e1", text: "Please help!", from: "+12025550147"), to: receiver)
      try await send(Self.message("e2", text: "help me", from: "+12025550148", service: "SMS"), to: receiver)
      try await send(Self.message("e3", text: "01234", from: "+12025550147", service: "RCS"), to: receiver)
      try await receiver.settled()
    }
    let expected = [
      "equal": ["e1"], "list": ["e2", "e3"], "not": ["e2"], "like": ["e1", "e2"],
      "missing": ["e1", "e2", "e3"], "there": [], "listed": ["e1", "e3"], "both": ["e1"],
      "deep": ["e1", "e2", "e3"],
    ]
    for (handler, events) in expected { #expect(ids(handler) == events, "\(handler)") }
  }

  @Test func aListedFileIsReadAgainOnAReload() async throws {
    let conditions = [("listed", "message.from: {in: 'file:\(folder.file("allowed"))'}")]
    try await withReceiver(in: folder, configuration: configuration(conditions)) { receiver in
      try await send(Self.message("e1", text: "a", from: "+12025550148"), to: receiver)
      try await receiver.settled()
      try folder.write("allowed", "+12025550148 # since today\n")
      try receiver.signal(.terminalClosed)
      while !folder.read("receiver.log").contains("configuration reloaded") { await Task.yield() }
      try await send(Self.message("e2", text: "a", from: "+12025550148"), to: receiver)
      try await receiver.settled()
    }
    #expect(ids("listed") == ["e2"])
  }

  @Test func theMessageViewOfAStoredEventIsShown() async throws {
    try await withReceiver(in: folder, configuration: configuration([("all", "event_type: {like: '*'}")])) {
      receiver in
      try await send(Self.message("e1", text: "Hello", from: "+12025550148"), to: receiver)
      let show = "LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))' linqhook events show e1 --message"
      let shown = try await Program.shell("\(show) --json")
      #expect(shown.output.contains(#""from":"+12025550148""#), "\(shown)")
      #expect(shown.output.contains(#""text":"Hello""#))
      #expect(!shown.output.contains("sender_handle"))
    }
    let show = "LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))' linqhook events show e1 --message"
    #expect(try await Program.shell(show).output.contains(#""from": "+12025550148""#))
  }

  @Test func aListThatIsNotThereIsNamedWithItsLine() async throws {
    let text = configuration([("listed", "message.from: {in: 'file:\(folder.file("none"))'}")])
    let file = try folder.write("linqhook.yaml", text)
    let outcome = try await Program.shell("linqhook check --config '\(file)'")
    #expect(outcome.status == 78)
    #expect(
      outcome.messages.contains("linqhook.yaml:6: handler listed: where: message.from: `in` needs the file")
    )
  }
}
