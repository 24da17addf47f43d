import LinqhookHTTPClient
import ScriptedServer
import Testing

@Suite struct LimitTests {
  @Test func bodyIsCutAtTheLimit() async throws {
    let response = try await exchange {
      $0.maxResponseBytes = 10
    } script: { connection in
      _ = connection.readRequest()
      connection.write(answer("400 Bad Request", body: "0123456789abc"))
      connection.waitForEnd()
    }
    #expect(response.status == 400)
    #expect(response.text == "0123456789")
    #expect(response.isTruncated)
  }

  @Test func bodyOfJustTheLimitIsWhole() async throws {
    let response = try await exchange {
      $0.maxResponseBytes = 10
    } script: { connection in
      _ = connection.readRequest()
      connection.write(answer("200 OK", body: "0123456789"))
    }
    #expect(response.text == "0123456789")
    #expect(!response.isTruncated)
  }

  @Test func endlessBodyEndsAtTheLimit() async throws {
    let response = try await exchange { _ in
    } script: { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\n\r\n")
      while connection.write(String(repeating: "x", count: 8192)) {}
    }
    #expect(response.body.count == 64 * 1024)
    #expect(response.isTruncated)
  }

  @Test func endlessHeadersAreRefused() async throws {
    let error = await failure {
      _ = try await exchange { _ in
      } script: { connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\n")
        while connection.write("X-Header: \(String(repeating: "x", count: 1000))\r\n") {}
      }
    }
    #expect(error?.code == .tooLarge)
  }

  @Test func endlessInterimAnswersAreRefused() async throws {
    let error = await failure {
      _ = try await exchange { _ in
      } script: { connection in
        _ = connection.readRequest()
        while connection.write("HTTP/1.1 100 Continue\r\n\r\n") {}
      }
    }
    #expect(error?.code == .tooLarge)
  }

  @Test func silentServerTimesOut() async throws {
    let error = await failure {
      _ = try await exchange {
        $0.timeout = .seconds(0.2)
      } script: {
        $0.waitForEnd()
      }
    }
    #expect(error?.code == .timeout)
    #expect(error?.description.contains("within 0.2 s") == true)
  }

  @Test func drippingServerTimesOut() async throws {
    let start = ContinuousClock.now
    let error = await failure {
      _ = try await exchange {
        $0.timeout = .seconds(0.4)
      } script: { connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while connection.write("x") { pauseMilliseconds(50) }
      }
    }
    #expect(error?.code == .timeout)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func handshakeWithoutEndTimesOut() async throws {
    let configuration = HTTPClientConfiguration(connectTimeout: .seconds(0.2))
    let error = await failure {
      _ = try await exchange(configuration) { request in
        request.url.replace("http:", with: "https:")
        request.timeout = .seconds(600)
      } script: { connection in
        connection.waitForEnd()
      }
    }
    #expect(error?.code == .timeout)
  }

  @Test func waitForAConnectionCounts() async throws {
    let isBusy = Signal()
    let server = try ScriptedServer { connection in
      guard connection.readRequest() != nil else { return }
      isBusy.fire()
      connection.waitForEnd()
    }
    let client = try HTTPClient(HTTPClientConfiguration(maxConnectionsPerHost: 1))
    let url = server.url
    let first = Task {
      try await client.send(OutgoingRequest(method: "GET", url: url, timeout: .seconds(600)))
    }
    await isBusy.wait()
    let error = await failure {
      _ = try await client.send(OutgoingRequest(method: "GET", url: url, timeout: .seconds(0.2)))
    }
    #expect(error?.code == .timeout)
    #expect(server.connectionCount == 1)
    first.cancel()
    _ = await first.result
  }
}
