import Handlers
import LinqhookDelivery
import LinqhookHTTPClient
import ScriptedServer
import Testing

@Suite struct HTTPForwardFailureTests {
  @Test func targetThatIsAwayIsRetried() async throws {
    let server = try ScriptedServer { _ in answer("200 OK") }
    let handler = try HTTPForwardHandler(options: HTTPForwardHandlerOptions.test(url: server.url))
    #expect(await handler.handle(attempt()) == .delivered)
    server.stop()
    #expect(isRetry(await handler.handle(attempt())))
  }

  @Test func silentTargetIsRetried() async throws {
    let server = try ScriptedServer { $0.waitForEnd() }
    let options = HTTPForwardHandlerOptions.test(url: server.url, timeout: .seconds(0.1))
    let handler = try HTTPForwardHandler(options: options)
    #expect(isRetry(await handler.handle(attempt())))
  }

  @Test func halfASuccessIsRetried() async throws {
    let server = try ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\nContent-Len")
    }
    let handler = try HTTPForwardHandler(options: HTTPForwardHandlerOptions.test(url: server.url))
    #expect(isRetry(await handler.handle(attempt())))
  }

  @Test func cancelledAttemptIsRetried() async throws {
    let hasArrived = Signal()
    let server = try ScriptedServer { connection in
      _ = connection.readRequest()
      hasArrived.fire()
      connection.waitForEnd()
    }
    let options = HTTPForwardHandlerOptions.test(url: server.url, timeout: .seconds(600))
    let handler = try HTTPForwardHandler(options: options)
    let task = Task { await handler.handle(attempt()) }
    await hasArrived.wait()
    task.cancel()
    #expect(isRetry(await task.value))
  }

  @Test func eventIDThatIsNoHeaderIsADeadLetter() async throws {
    let server = try ScriptedServer { _ in answer("200 OK") }
    let handler = try HTTPForwardHandler(options: HTTPForwardHandlerOptions.test(url: server.url))
    guard case .dead = await handler.handle(attempt(eventID: "evt\r\nX-Evil: 1")) else {
      Issue.record("the id would add a header")
      return
    }
    #expect(server.connectionCount == 0)
  }

  @Test func settingsThatCannotWorkAreRefusedAtOnce() {
    let options: [(HTTPForwardHandlerOptions, HTTPClientError.Code)] = [
      (HTTPForwardHandlerOptions.test(url: "crm.internal/hooks"), .invalidURL),
      (
        HTTPForwardHandlerOptions.test(url: "http://a/", headers: [HTTPField("X", "a\r\nb")]), .invalidRequest
      ),
      (HTTPForwardHandlerOptions.test(url: "http://a/", timeout: .seconds(0)), .invalidRequest),
      (HTTPForwardHandlerOptions.test(url: "http://a/", maxConnections: 0), .invalidConfiguration),
      (
        HTTPForwardHandlerOptions.test(url: "https://a/", certificateAuthorityFile: "/nowhere/ca.pem"),
        .invalidConfiguration
      ),
    ]
    for (options, code) in options {
      let error = #expect(throws: HTTPClientError.self) { _ = try HTTPForwardHandler(options: options) }
      #expect(error?.code == code)
    }
  }

  @Test func connectionIsKeptBetweenEvents() async throws {
    let server = try ScriptedServer { _ in answer("200 OK", body: String(repeating: "x", count: 5000)) }
    let handler = try HTTPForwardHandler(options: HTTPForwardHandlerOptions.test(url: server.url))
    for number in 1...20 {
      #expect(await handler.handle(attempt(number: number)) == .delivered)
    }
    #expect(server.connectionCount == 1)
  }

  private func isRetry(_ result: DeliveryResult) -> Bool {
    if case .retry(_, nil) = result { true } else { false }
  }
}
