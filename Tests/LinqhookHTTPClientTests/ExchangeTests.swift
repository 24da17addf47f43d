import LinqhookHTTPClient
import ScriptedServer
import Synchronization
import Testing

@Suite struct ExchangeTests {
  @Test func requestArrivesAsItWasBuilt() async throws {
    let received = Mutex<ReceivedRequest?>(nil)
    let response = try await exchange { request in
      request.method = "POST"
      request.url += "hooks?line=1"
      request.headers = [
        HTTPField("Content-Type", "application/json"), HTTPField("X-Team", " support "),
        HTTPField("X-Empty", ""),
      ]
      request.body = .bytes(Array(#"{"a":0}"#.utf8))
    } script: { connection in
      received.withLock { $0 = connection.readRequest() }
      connection.write(answer("201 Created", headers: ["X-One: a", "x-one: b"], body: "made"))
    }
    let request = try #require(received.withLock { $0 })
    #expect(request.requestLine == "POST /hooks?line=1 HTTP/1.1")
    #expect(request.text == #"{"a":0}"#)
    #expect(request.values("Content-Type") == ["application/json"])
    #expect(request.values("X-Team").map { $0.split(separator: " ") } == [["support"]])
    #expect(request.values("X-Empty") == [""])
    #expect(request.values("User-Agent") == ["linqhook"])
    #expect(request.values("Expect") == [])
    #expect(response.status == 201)
    #expect(response.text == "made")
    #expect(!response.isTruncated)
    #expect(response.header("X-ONE") == "a")
    #expect(response.headers.filter { $0.name.lowercased() == "x-one" }.map(\.value) == ["a", "b"])
  }

  @Test(arguments: ["POST", "PUT", "PATCH", "GET", "DELETE"])
  func bodilessRequestHasNoContentType(method: String) async throws {
    let response = try await exchange { request in
      request.method = method
    } script: { connection in
      guard let request = connection.readRequest() else { return }
      let length = request.values("Content-Length").joined()
      let type = request.values("Content-Type").joined()
      connection.write(answer("200 OK", body: "\(request.requestLine)|\(length)|\(type)"))
    }
    let length = ["POST", "PUT", "PATCH"].contains(method) ? "0" : ""
    #expect(response.text == "\(method) / HTTP/1.1|\(length)|")
  }

  @Test func largeBodyGoesOutAtOnce() async throws {
    let body = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let received = Mutex<ReceivedRequest?>(nil)
    _ = try await exchange { request in
      request.method = "POST"
      request.body = .bytes(body)
    } script: { connection in
      received.withLock { $0 = connection.readRequest() }
      connection.write(answer("200 OK"))
    }
    let request = try #require(received.withLock { $0 })
    #expect(request.body == body)
    #expect(request.values("Expect") == [])
    #expect(request.values("Content-Type") == [])
  }

  @Test func headHasNoBody() async throws {
    let response = try await exchange {
      $0.method = "HEAD"
    } script: { connection in
      guard connection.readRequest() != nil else { return }
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n")
      connection.waitForEnd()
    }
    #expect(response.status == 200)
    #expect(response.body == [])
  }

  @Test func interimAnswersAndTrailersArePassedOver() async throws {
    let response = try await exchange { _ in
    } script: { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n")
      connection.write("HTTP/1.1 103 Early Hints\r\nX-Interim: 2\r\n\r\n")
      connection.write("HTTP/1.1 200 OK\r\nX-Final: 3\r\nTransfer-Encoding: chunked\r\n\r\n")
      connection.write("4\r\nwhol\r\n1\r\ne\r\n0\r\nX-Trailer: 4\r\n\r\n")
    }
    #expect(response.status == 200)
    #expect(response.text == "whole")
    #expect(response.headers.map(\.name) == ["X-Final", "Transfer-Encoding"])
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func redirectIsAnAnswer(status: Int) async throws {
    let target = try ScriptedServer { _ in answer("200 OK") }
    let location = target.url
    let response = try await exchange {
      $0.method = "POST"
    } script: { connection in
      _ = connection.readRequest()
      connection.write(answer("\(status) Elsewhere", headers: ["Location: \(location)/"]))
    }
    #expect(response.status == status)
    #expect(response.header("location") == "\(location)/")
    #expect(target.connectionCount == 0)
  }

  @Test func cookiesAreNotKept() async throws {
    let server = try ScriptedServer { request in
      answer("200 OK", headers: ["Set-Cookie: a=b"], body: request.values("Cookie").joined())
    }
    let client = try HTTPClient()
    for _ in 1...2 {
      let response = try await client.send(OutgoingRequest(method: "GET", url: server.url))
      #expect(response.text == "")
    }
  }

  @Test func credentialsOfTheURLAreSent() async throws {
    let response = try await exchange { request in
      request.url = request.url.replacing("http://", with: "http://user:pass@")
    } script: { connection in
      let header = connection.readRequest()?.values("Authorization").joined()
      connection.write(answer("200 OK", body: header ?? ""))
    }
    #expect(response.text == "Basic dXNlcjpwYXNz")
  }
}
