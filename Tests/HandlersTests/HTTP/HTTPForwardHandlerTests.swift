import Handlers
import LinqEvents
import LinqhookAuthentication
import LinqhookDelivery
import LinqhookHTTPClient
import ScriptedServer
import Synchronization
import Testing

@Suite struct HTTPForwardHandlerTests {
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  @Test func eventIsPostedAsItCameAndSignedAnew() async throws {
    let received = Mutex<ReceivedRequest?>(nil)
    let server = try ScriptedServer { request in
      received.withLock { $0 = request }
      return answer("204 No Content")
    }
    let signer = try SignatureSigner(scheme: .standard, secret: Secret(Self.secret))
    let handler = try HTTPForwardHandler(
      options: HTTPForwardHandlerOptions.test(
        url: server.url + "/hooks",
        signer: signer,
        headers: [HTTPField("X-Team", "support")]
      )
    )
    #expect(await handler.handle(attempt(number: 3)) == .delivered)
    let request = try #require(received.withLock { $0 })
    #expect(request.requestLine == "POST /hooks HTTP/1.1")
    let body = request.body
    #expect(body == payload)
    #expect(request.values("Content-Type") == ["application/json"])
    #expect(request.values("Idempotency-Key") == ["evt_1"])
    #expect(request.values("X-Linqhook-Attempt") == ["3"])
    #expect(request.values("X-Team") == ["support"])
    #expect(request.values("webhook-id") == ["evt_1"])
    let timestamp = try #require(request.values("webhook-timestamp").first.flatMap { Int64($0) })
    let expected = signer.headers(eventID: "evt_1", timestampSeconds: timestamp, body: body.span)
    #expect(
      request.values("webhook-signature") == expected.filter { $0.name == "webhook-signature" }.map(\.value)
    )
    await handler.stop()
  }

  @Test func withoutSecretNothingIsSignedAndFixedHeadersWin() async throws {
    let received = Mutex<ReceivedRequest?>(nil)
    let server = try ScriptedServer { request in
      received.withLock { $0 = request }
      return answer("200 OK")
    }
    let handler = try HTTPForwardHandler(
      options: HTTPForwardHandlerOptions.test(
        url: server.url,
        headers: [HTTPField("content-type", "text/plain")]
      )
    )
    #expect(await handler.handle(attempt()) == .delivered)
    let request = try #require(received.withLock { $0 })
    #expect(request.values("Content-Type") == ["text/plain"])
    #expect(request.headers.allSatisfy { !$0.name.lowercased().hasPrefix("webhook-") })
  }

  @Test(arguments: [200, 201, 202, 204, 299])
  func everySuccessIsDelivered(status: Int) async throws {
    #expect(try await result(answer("\(status) Fine", body: status == 204 ? "" : "x")) == .delivered)
  }

  @Test(arguments: [400, 410, 422, 501])
  func refusalIsADeadLetterAtOnce(status: Int) async throws {
    let result = try await result(answer("\(status) No", body: "no such hook"))
    #expect(result == .dead(reason: "The target answered \(status): no such hook"))
  }

  @Test(arguments: [404, 500, 502, 504, 599])
  func faultOfTheTargetIsRetried(status: Int) async throws {
    let result = try await result(answer("\(status) Sorry", headers: ["Retry-After: 7"], body: "down"))
    #expect(result == .retry(reason: "The target answered \(status): down"))
  }

  @Test(arguments: [429, 503])
  func targetMaySayWhenToComeBack(status: Int) async throws {
    let seconds = try await result(answer("\(status) Later", headers: ["Retry-After: 120"]))
    #expect(seconds == .retry(reason: "The target answered \(status)", after: .seconds(120)))
    let silence = try await result(answer("\(status) Later"))
    #expect(silence == .retry(reason: "The target answered \(status)"))
  }

  @Test(
    arguments: [
      "Fri, 31 Dec 2094 23:59:59 GMT", "Friday, 31-Dec-94 23:59:59 GMT", "Fri Dec 31 23:59:59 2094",
      "Wed Dec  1 23:59:59 2094",
    ])
  func comingBackMayBeADate(date: String) async throws {
    guard case .retry(_, .some(let wait)) = try await result(unavailable(retryAfter: date)) else {
      Issue.record("there is a date to wait for")
      return
    }
    #expect(wait > .seconds(1_000_000_000) && wait < .seconds(2_300_000_000))
  }

  @Test func pastDateIsNoWait() async throws {
    let result = try await result(unavailable(retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT"))
    #expect(result == .retry(reason: "The target answered 503", after: .seconds(0)))
  }

  @Test(arguments: [
    "soon", "", "-5", "1.5", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Foo 1994 08:49:37 GMT",
  ])
  func meaninglessRetryAfterIsPassedOver(value: String) async throws {
    #expect(try await result(unavailable(retryAfter: value)) == .retry(reason: "The target answered 503"))
  }

  @Test(arguments: [301, 302, 307, 308])
  func redirectIsRetriedAndNotFollowed(status: Int) async throws {
    let target = try ScriptedServer { _ in answer("200 OK") }
    let result = try await result(answer("\(status) Moved", headers: ["Location: \(target.url)"]))
    guard case .retry(let reason, nil) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(reason.contains("Redirects are not followed"))
    #expect(target.connectionCount == 0)
  }

  @Test func theLineFeedAtTheEndOfAnAnswerIsNotKept() async throws {
    #expect(
      try await result(answer("400 Bad Request", body: "no such customer\r\n"))
        == .dead(reason: "The target answered 400: no such customer")
    )
  }

  @Test func excerptIsBoundedAndSafeToShow() async throws {
    let body = "{\"line\"\nnext\u{1B}[31m\u{202E}\u{9B}" + String(repeating: "x", count: 5000)
    guard case .dead(let reason) = try await result(answer("400 Bad Request", body: body)) else {
      Issue.record("a 400 is a dead letter")
      return
    }
    #expect(reason.hasPrefix(#"The target answered 400: {"line"\u{A}next\u{1B}[31m\u{202E}\u{9B}xxx"#))
    #expect(reason.utf8.count < 700)
    #expect(reason.utf8.allSatisfy { (0x20...0x7E).contains($0) })
  }

  private func unavailable(retryAfter: String) -> String {
    answer("503 Service Unavailable", headers: ["Retry-After: \(retryAfter)"])
  }

  private func result(_ text: String) async throws -> DeliveryResult {
    let server = try ScriptedServer { _ in text }
    let handler = try HTTPForwardHandler(options: HTTPForwardHandlerOptions.test(url: server.url))
    return await handler.handle(attempt())
  }
}
