import LinqhookHTTPClient
import ScriptedServer
import Testing

@Suite struct BrokenAnswerTests {
  @Test(
    arguments: [
      "", "garbage\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1\r\n\r\n", "HTTP/7.3 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "HTTP/1.1 200 OK\r\nContent-Le",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
      "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    ])
  func answerThatIsNotHTTPIsAnError(text: String) async throws {
    let error = await failure {
      _ = try await exchange { _ in
      } script: { connection in
        _ = connection.readRequest()
        connection.write(text)
      }
    }
    #expect(error?.code == .other)
    #expect(error?.description.contains("http://127.0.0.1:") == true)
  }

  @Test func brokenTransferDoesNotDisturbOthers() async throws {
    let server = try ScriptedServer { connection in
      guard let request = connection.readRequest() else { return }
      let isGood = request.requestLine.contains("good")
      connection.write(isGood ? answer("200 OK") : "garbage\r\n\r\n")
    }
    let client = try HTTPClient()
    let url = server.url
    let statuses = await withTaskGroup(of: Int?.self) { group in
      for number in 1...40 {
        let path = number % 2 == 0 ? "/good" : "/bad"
        group.addTask { try? await client.send(OutgoingRequest(method: "GET", url: url + path)).status }
      }
      return await group.reduce(into: [Int?]()) { $0.append($1) }
    }
    #expect(statuses.count { $0 == 200 } == 20)
    #expect(statuses.count { $0 == nil } == 20)
  }
}
