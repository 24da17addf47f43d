import LinqEvents
import LinqhookAuthentication
import LinqhookHTTPClient
import ScriptedServer
import Synchronization
import Testing

@testable import Doctor

/// Each way in which a proxy can be wrong, with the words that name it.
@Suite struct PathExaminationTests {
  private static let accepted = answer("200 OK", body: #"{"status":"accepted","event_id":"x"}"#)

  /// What a server answers and the receiver has, and what must be found.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let response: String
    var arrival: @Sendable (ReceivedRequest) -> Arrival = { _ in .absent }
    let level: Finding.Level
    let area: String
    let words: String

    var testDescription: String { name }
  }

  private static func refused(
    _ request: ReceivedRequest,
    reason: String = "invalid_signature",
    without lost: [String] = [],
    body change: ([UInt8]) -> [UInt8] = { $0 }
  ) -> Arrival {
    .refused(
      RefusedProbe(
        reason: reason,
        headerNames: request.headers.map(\.name).filter { !lost.contains($0) },
        body: change(request.body)
      )
    )
  }

  private static func stored(_ request: ReceivedRequest) -> Arrival {
    .stored(payload: (try? JSONValue(parsing: request.body.span)) ?? .null)
  }

  static let cases = [
    Case(
      name: "all is well",
      response: accepted,
      arrival: stored,
      level: .good,
      area: "signature v3",
      words: "unchanged"
    ),
    Case(
      name: "redirect",
      response: answer("301 Moved", headers: ["Location: https://x.example/"]),
      level: .problem,
      area: "redirect",
      words: "https://x.example/"
    ),
    Case(
      name: "404 by a proxy",
      response: answer("404 Not Found"),
      level: .problem,
      area: "path",
      words: "404"
    ),
    Case(
      name: "404 by the receiver",
      response: answer("404 Not Found", body: #"{"error":"not_found"}"#),
      level: .problem,
      area: "path",
      words: "the receiver answers 404"
    ),
    Case(name: "login", response: answer("401 Unauthorized"), level: .problem, area: "proxy", words: "login"),
    Case(
      name: "receiver not reached",
      response: answer("502 Bad Gateway", headers: ["Server: nginx"]),
      level: .problem,
      area: "proxy",
      words: "(Server: nginx)"
    ),
    Case(
      name: "another program",
      response: answer("200 OK", body: "ok"),
      level: .problem,
      area: "receiver",
      words: "another program"
    ),
    Case(
      name: "another linqhook",
      response: accepted,
      level: .problem,
      area: "receiver",
      words: "not the one whose inbox"
    ),
    Case(
      name: "answer replaced",
      response: answer("404 Not Found"),
      arrival: stored,
      level: .problem,
      area: "answer",
      words: "replaced"
    ),
    Case(
      name: "headers lost",
      response: answer("401 Unauthorized", body: #"{"error":"invalid_signature"}"#),
      arrival: { refused($0, without: ["X-Webhook-Timestamp"]) },
      level: .problem,
      area: "headers",
      words: "X-Webhook-Timestamp does not reach"
    ),
    Case(
      name: "body written again",
      response: answer("503 Unavailable", body: #"{"error":"unavailable"}"#),
      arrival: {
        refused($0) { Array(String(decoding: $0, as: UTF8.self).replacing("1.50", with: "1.5").utf8) }
      },
      level: .problem,
      area: "body",
      words: "parsed and written again"
    ),
    Case(
      name: "body cut",
      response: answer("401 Unauthorized"),
      arrival: { refused($0) { Array($0.dropLast(9)) } },
      level: .problem,
      area: "body",
      words: "was cut"
    ),
    Case(
      name: "body gone",
      response: answer("401 Unauthorized"),
      arrival: { refused($0, without: ["X-Webhook-Signature"]) { _ in [] } },
      level: .problem,
      area: "body",
      words: "arrived empty"
    ),
    Case(
      name: "another secret",
      response: answer("401 Unauthorized"),
      arrival: { refused($0) },
      level: .problem,
      area: "secret",
      words: "Reload it"
    ),
    Case(
      name: "clocks apart",
      response: answer("503 Unavailable"),
      arrival: { refused($0, reason: "stale_timestamp") },
      level: .problem,
      area: "clock",
      words: "NTP"
    ),
    Case(
      name: "path rewritten",
      response: answer("404 Not Found"),
      arrival: { refused($0, reason: "unknown_path") },
      level: .problem,
      area: "path",
      words: "path on unchanged"
    ),
    Case(
      name: "receiver takes nothing",
      response: answer("503 Unavailable", body: #"{"error":"unavailable"}"#),
      level: .problem,
      area: "receiver",
      words: "takes no events"
    ),
  ]

  @Test(arguments: cases) func namesTheCause(wrong: Case) async throws {
    let seen = Mutex<ReceivedRequest?>(nil)
    let server = try ScriptedServer { connection in
      guard let request = connection.readRequest() else { return }
      seen.withLock { $0 = request }
      connection.write(wrong.response)
      connection.waitForEnd()
    }
    var path = try examination(server.url + "/webhooks/linq", ["v3"]) {
      seen.withLock { $0 }.map(wrong.arrival) ?? .absent
    }
    let findings = await path.run().filter { $0.area != "time" }
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.level == wrong.level)
    #expect(finding.area == wrong.area)
    #expect(finding.text.contains(wrong.words), "\(finding.text)")
  }

  @Test func namesAHostThatDoesNotResolve() async throws {
    var path = try examination("https://nowhere.invalid/webhooks/linq", ["v3"]) { .absent }
    let finding = try #require(await path.run().first)
    #expect(finding.area == "name")
    #expect(finding.text.contains("does not repeat"))
  }

  @Test func namesARefusedConnection() async throws {
    let server = try ScriptedServer { _ in }
    server.stop()
    var path = try examination(server.url, ["v3"]) { .absent }
    #expect(await path.run().map(\.area) == ["connection"])
  }

  @Test func theSameCauseInEachSchemeIsToldOnce() async throws {
    let server = try ScriptedServer { connection in
      while connection.readRequest() != nil { connection.write(answer("502 Bad Gateway")) }
    }
    var path = try examination(server.url, ["v2", "v3", "standard"]) { .absent }
    #expect(await path.run().count { $0.level == .problem } == 1)
  }

  @Test func findsTheBodyLimitOfAProxy() async throws {
    let isStored = Mutex(false)
    let server = try ScriptedServer { connection in
      while let request = connection.readRequest() {
        let passes = request.body.count <= 40_000
        isStored.withLock { $0 = passes }
        connection.write(passes ? Self.accepted : answer("413 Too Large"))
      }
    }
    var path = try examination(server.url, ["v3"]) {
      isStored.withLock { $0 } ? .stored(payload: .null) : .absent
    }
    let finding = try #require(await path.bodyLimit().first)
    #expect(finding.level == .problem)
    #expect(finding.text.contains("32768 bytes pass, 65536 do not"), "\(finding.text)")
  }

  private func examination(
    _ url: String,
    _ schemes: [String],
    find: @escaping @Sendable () -> Arrival
  ) throws -> PathExamination<ScriptedLookup> {
    PathExamination(
      url: url,
      endpoint: ExaminedEndpoint(
        path: "/webhooks/linq",
        secret: try Secret("test_secret_0123456789ab"),
        schemes: schemes.compactMap(SignatureScheme.init),
        maxBodyBytes: 1 << 18
      ),
      client: try HTTPClient(),
      lookup: ScriptedLookup(answer: find),
      nowMilliseconds: { 1_790_000_000_000 }
    )
  }
}

/// A receiver that has what the test says.
private struct ScriptedLookup: ArrivalLookup {
  let answer: @Sendable () -> Arrival

  func mark() async {}
  func find(_ probe: ProbeMarks) async -> Arrival { answer() }
}
