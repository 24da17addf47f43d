import Inspector
import LinqhookConfiguration
import LinqhookHTTPClient
import MicroHTTP
import Testing

@testable import LinqhookDaemon

/// The page for operators, and who may reach it.
@Suite(.timeLimit(.minutes(1))) struct InspectorTests {
  private func ask(
    _ operated: OperatedReceiver,
    _ target: String,
    method: String = "GET",
    headers: [HTTPField] = []
  ) async throws -> IncomingResponse {
    let address = try #require(operated.receiver.adminAddresses.first)
    return try await operated.client.send(
      OutgoingRequest(method: method, url: "http://\(address)\(target)", headers: headers)
    )
  }

  @Test func everyFileIsServedWithoutATokenUnderAStrictPolicy() async throws {
    let operated = try await OperatedReceiver()
    for name in InspectorFile.names {
      let answer = try await ask(operated, "/inspector/\(name)")
      #expect(answer.status == 200)
      #expect(answer.body == InspectorFile.named(name)?.bytes)
      #expect(
        answer.header("Content-Security-Policy")?.hasPrefix("default-src 'none'; script-src 'self';") == true
      )
      #expect(answer.header("X-Content-Type-Options") == "nosniff")
      let tag = try #require(answer.header("ETag"))
      let known = try await ask(operated, "/inspector/\(name)", headers: [HTTPField("If-None-Match", tag)])
      #expect(known.status == 304)
      #expect(known.body.isEmpty)
    }
    #expect(try await ask(operated, "/inspector/passwd").status == 404)
    await operated.stop()
  }

  @Test func theInspectorCanBeTurnedOff() async throws {
    let operated = try await OperatedReceiver { $0.admin.inspector = false }
    #expect(try await ask(operated, "/inspector/").status == 404)
    await operated.stop()
  }

  @Test func theScriptsImportOnlyEachOtherAndMakeNoMarkup() throws {
    for name in InspectorFile.names where name.hasSuffix(".js") {
      let text = String(decoding: try #require(InspectorFile.named(name)).bytes, as: UTF8.self)
      for match in text.matches(of: #/from '\./([^']+)'/#) {
        #expect(InspectorFile.named(String(match.output.1)) != nil, "\(name) imports \(match.output.1)")
      }
      // The ways by which the text of an event could become markup, or a request leave for elsewhere.
      for word in [
        "innerHTML", "outerHTML", "insertAdjacent", "document.write", "DOMParser", "eval(", "new Function",
        "srcdoc", "http://", "https://", "localStorage", "cookie",
      ] {
        #expect(!text.contains(word), "\(name) has \(word)")
      }
    }
  }

  @Test(arguments: [
    "localhost", "localhost:9464", "127.0.0.1:9464", "10.1.2.3", "[::1]:9464", "[::1]", "Hooks.Example.com",
    "hooks.example.com:80",
  ])
  func knowsItsOwnNames(_ host: String) {
    let check = OriginCheck(hosts: ["hooks.example.com"])
    for path in ["/", "/inspector/", "/api/stats"] {
      let request = HTTPSnapshot(method: "GET", target: path, headers: [HTTPHeaderField("Host", host)])
      #expect(check.refusal(of: request) == nil)
    }
  }

  @Test(arguments: [
    "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "1.2.3.4.5", "[::1].evil.example",
    "127.0.0.1:80.evil.example", "hooks.example.com.", "",
  ])
  func refusesOtherNamesButForHealthAndMetrics(_ host: String) {
    let check = OriginCheck(hosts: ["hooks.example.com"])
    let headers = [HTTPHeaderField("Host", host)]
    for path in ["/", "/inspector/", "/inspector/api.js", "/api/stats"] {
      let request = HTTPSnapshot(method: "GET", target: path, headers: headers)
      #expect(check.refusal(of: request)?.status == 421)
    }
    #expect(check.refusal(of: HTTPSnapshot(method: "GET", target: "/metrics", headers: headers)) == nil)
  }

  @Test func anotherSiteCannotChangeAnything() async throws {
    let operated = try await OperatedReceiver()
    let token = HTTPField("Authorization", "Bearer \(OperatedReceiver.token)")
    let target = "/api/quarantine/reverify"
    for site in ["cross-site", "same-site"] {
      let headers = [token, HTTPField("Sec-Fetch-Site", site)]
      #expect(try await ask(operated, target, method: "POST", headers: headers).status == 403)
    }
    for headers in [[token], [token, HTTPField("Sec-Fetch-Site", "same-origin")]] {
      #expect(try await ask(operated, target, method: "POST", headers: headers).status == 200)
    }
    await operated.stop()
  }

  @Test func aFollowerIsAnsweredWhenAnEventComes() async throws {
    let operated = try await OperatedReceiver()
    try await operated.accept("one")
    async let answer = operated.ask(.inProcess, "GET", "/api/events?after=1&wait=25&preview=1")
    try await operated.accept("two")
    let followed = try await answer
    #expect(followed.status == 200)
    let text = followed.text
    #expect(text.contains(#""event_id":"two""#))
    #expect(!text.contains(#""event_id":"one""#))
    #expect(text.contains(#""last_sequence":2"#))
    let back = try await operated.ask(.inProcess, "GET", "/api/events?before=2")
    #expect(back.text.contains(#""event_id":"one""#))
    await operated.stop()
  }
}
