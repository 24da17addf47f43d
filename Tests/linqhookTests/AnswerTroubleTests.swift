import Foundation
import ReceiverSupport
import Testing

/// Bots that meet trouble: another bot, a program gone wild, a token that was taken back.
@Suite(.timeLimit(.minutes(3))) struct AnswerTroubleTests {
  @Test func twoBotsOnTwoLinesStopAtTheLimitAndGoOnAfterItWithNothingLost() async throws {
    let bots = [("one", "+12025550199"), ("two", "+12025550198")].map { name, line in
      """
      {name: \(name), type: shell, command: [cat], input: text, reply: text, events: [message.received],
           where: {message.line: "\(line)"}, reply_limit: {count: 3, per: 4s}}
      """
    }
    let outcome = try await BotStage(handlers: bots).run(
      """
      linqhook api send --from +12025550199 --to +12025550198 --text "hello" --api v3 >/dev/null
      becomes '[ "$(grep -c "message.sent\\"" events.ndjson)" -ge 13 ]'
      linqhook dead list --json
      """
    )
    #expect(!outcome.output.contains("event_id"), "\(outcome.output)")
    #expect(outcome.log.contains("reply_limit"))
    let sent = try outcome.events.split(separator: "\n").map { try SentMessage(line: $0) }
      .filter { $0.type == "message.sent" }
    // The first is the person's who has brought them together.
    for line in ["+12025550199", "+12025550198"] {
      let times = sent.dropFirst().filter { $0.line == line }.map(\.sentAt).sorted()
      try #require(times.count >= 6)
      for (first, fourth) in zip(times, times.dropFirst(3)) {
        // The limit counts from when the request is made, the stand-in from when it is there: on a busy machine much later.
        #expect(fourth.timeIntervalSince(first) > 2)
      }
    }
    let received = try outcome.events.split(separator: "\n").map { try SentMessage(line: $0) }
      .filter { $0.type == "message.received" }
    #expect(received.count >= 12 && received.allSatisfy { $0.text == "hello" })
  }

  @Test(arguments: [
    ("head -c 1000000000 /dev/zero", "text"), ("head -c 1000000000 /dev/zero", "actions"),
    ("yes '{\\\"read\\\":true}' | head -c 300000000", "actions"),
    ("head -c 20000000 /dev/zero >&2; exit 65", "text"),
  ])
  func aHookThatPrintsAGigabyteCostsNoMemoryAndIsADeadLetter(script: String, reply: String) async throws {
    let outcome = try await BotStage(handlers: [
      #"{name: bot, type: shell, command: [/bin/sh, -c, "\#(script)"], reply: \#(reply), events: [message.received]}"#
    ]).run(
      """
      before=$(peak)
      says "abc"
      becomes '[ "$(dead)" = 1 ]'
      linqhook dead list --json
      echo "grown by $(( $(peak) - before )) kB"
      """
    )
    #expect(outcome.output.contains(script.contains("65") ? "status 65" : "more than 256 KiB"))
    #expect(!outcome.events.contains("message.sent"))
    let grown = try #require(outcome.output.firstMatch(of: /grown by (\d+) kB/).flatMap { Int($0.1) })
    #expect(grown < 32_768, "\(grown) kB")
  }

  /// A line of a worker may be as long as it likes; what is no answer is counted, and what is a wrong one is a dead letter.
  @Test func aWorkersWrongAnswersAreDeadLettersWithClearWordsAndItsGarbageIsPassedOver() async throws {
    let outcome = try await BotStage(handlers: [
      "{name: bot, type: worker, command: [python3, FOLDER/worker.py], reply: actions, events: [message.received]}"
    ]).run(
      #"""
      linqhook handlers list >/dev/null
      before=$(peak)
      for text in list object number empty fine; do says "$text"; done
      becomes '[ "$(dead)" = 4 ]'
      arrived 'all is fine'
      linqhook dead list --json
      echo "grown by $(( $(peak) - before )) kB"
      """#,
      files: ["worker.py": Self.wildWorker]
    )
    for words in ["no JSON array", "Action 1 of the answer", "is empty"] {
      #expect(outcome.output.contains(words), "\(words): \(outcome.output)")
    }
    #expect(outcome.events.components(separatedBy: "message.sent\"").count - 1 == 1)
    #expect(outcome.log.contains("worker writes lines that are no answers"))
    let grown = try #require(outcome.output.firstMatch(of: /grown by (\d+) kB/).flatMap { Int($0.1) })
    #expect(grown < 32_768, "\(grown) kB")
  }

  private static let wildWorker = """
    import json, sys
    WRONG = {'list': 'x', 'object': {'reply': 'x'}, 'number': [5], 'empty': [{'reply': ' '}]}
    for line in sys.stdin.buffer:
        event = json.loads(line)
        text = event['event']['data']['parts'][0]['value']
        if text == 'list': sys.stdout.write('x' * (4 << 20))
        print('\\nnot json\\n[]\\n{"id":"another","result":"ok"}\\n{"id":"%s","result":5}' % event['id'])
        print(json.dumps({'id': event['id'], 'result': 'ok',
                          'actions': WRONG.get(text, [{'reply': 'all is ' + text}])}), flush=True)

    """

  /// Linq's 401 is a 4xx, so the answer is a dead letter: visible at once, and complete, so that nothing but its sending
  /// is left to do.
  @Test func answersThatARevokedTokenHasStoppedAreSentByRetryInOrderAndWithoutTheProgram() async throws {
    let outcome = try await BotStage(
      handlers: [
        #"{name: bot, type: shell, command: [/bin/sh, -c, "echo run >>FOLDER/runs; cat"], input: text, reply: text, events: [message.received]}"#
      ],
      linq: "token: file:FOLDER/token",
      sandbox: "--time-scale 60 --quiet --token \(BotStage.token)",
      serve: "env -u LINQ_INTEGRATION_TOKEN linqhook serve"
    ).run(
      """
      for text in one two three four; do says "$text" >/dev/null; done
      becomes '[ "$(dead)" = 4 ]'
      linqhook dead list --json
      linqhook handlers list
      echo $TOKEN >token
      kill -HUP $receiver
      becomes 'grep -qs "configuration reloaded" receiver.log'
      linqhook dead retry --all
      becomes '[ "$(grep -c "message.sent\\"" events.ndjson)" = 4 ]'
      settled
      echo "runs: $(wc -l <runs)"
      """,
      files: ["token": "revoked-by-now\n"]
    )
    #expect(outcome.output.contains("Linq answered 401"))
    #expect(outcome.output.contains("Check the integration token"))
    #expect(outcome.output.contains("failing"))
    #expect(outcome.output.contains("runs: 4"), "\(outcome.output)")
    let sent = try outcome.events.split(separator: "\n").map { try SentMessage(line: $0) }
      .filter { $0.type == "message.sent" }.sorted { $0.sentAt < $1.sentAt }
    #expect(sent.map(\.text) == ["one", "two", "three", "four"])
  }
}

/// What a test wants to know of an event.
private struct SentMessage {
  let type: String
  let line: String?
  let text: String?
  let sentAt: Date

  private struct Event: Decodable {
    struct Payload: Decodable {
      struct Handle: Decodable { let handle: String }
      struct Chat: Decodable { let ownerHandle: Handle }
      struct Part: Decodable { let value: String? }
      let chat: Chat?
      let parts: [Part]?
      let sentAt: String?
    }
    let eventType: String
    let data: Payload
  }

  init(line: Substring) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let event = try decoder.decode(Event.self, from: Data(line.utf8))
    type = event.eventType
    self.line = event.data.chat?.ownerHandle.handle
    text = event.data.parts?.first?.value
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    sentAt = try event.data.sentAt.map { try style.parse($0) } ?? .distantPast
  }
}
