import LinqhookHTTPClient
import Testing

@Suite struct ValidationTests {
  @Test(
    arguments: [
      "", "example.com", "/path", "http://", "ftp://example.com/", "file:///etc/passwd",
      "gopher://localhost/",
      "http://local host/", "http://localhost/\r\nX: y", "http://localhost/\0", "http://localhost:99999/",
      "http://localhost/a b", "unix:/path", "javascript:alert(1)",
    ])
  func urlThatIsNotHTTPIsRefused(url: String) async throws {
    let client = try HTTPClient()
    let error = await failure { _ = try await client.send(OutgoingRequest(method: "GET", url: url)) }
    #expect(error?.code == .invalidURL)
  }

  @Test(
    arguments: [
      HTTPField("X-A\r\nX-B", "1"), HTTPField("X-A", "1\r\nX-B: 2"), HTTPField("X-A", "1\nX-B: 2"),
      HTTPField("X-A", "a\0b"), HTTPField("", "1"), HTTPField("X A", "1"), HTTPField("X-A:", "1"),
      HTTPField("Content-Length", "5"), HTTPField("transfer-encoding", "chunked"), HTTPField("Expect", "x"),
      HTTPField("Connection", "close"), HTTPField("Übung", "1"),
    ])
  func headerThatCouldChangeTheRequestIsRefused(field: HTTPField) async throws {
    let error = try await refusal { $0.headers = [field] }
    #expect(error?.code == .invalidRequest)
  }

  @Test func requestsOutOfRangeAreRefused() async throws {
    #expect(try await refusal { $0.method = "GET /x" }?.code == .invalidRequest)
    #expect(try await refusal { $0.method = "" }?.code == .invalidRequest)
    for time in [Duration.zero, .seconds(-1), .microseconds(1), .seconds(1e9)] {
      #expect(try await refusal { $0.timeout = time }?.code == .invalidRequest)
    }
    #expect(try await refusal { $0.maxResponseBytes = -1 }?.code == .invalidRequest)
    let longPath = String(repeating: "x", count: 108)
    for path in ["", "/tmp/\0", longPath] {
      #expect(try await refusal { $0.unixSocketPath = path }?.code == .invalidRequest)
    }
    let parts = [
      MultipartPart(name: "a\r\nb", content: .bytes([])),
      MultipartPart(name: "a", contentType: "text/plain\r\nX: y", content: .bytes([])),
      MultipartPart(name: "a", content: .file(path: "/nowhere/file")),
      MultipartPart(name: "a", content: .file(path: "/dev/zero")),
      MultipartPart(name: "a", content: .file(path: "/tmp")),
    ]
    for part in parts {
      #expect(try await refusal { $0.body = .multipart([part]) }?.code == .invalidRequest)
    }
  }

  @Test func configurationsOutOfRangeAreRefused() {
    let configurations = [
      HTTPClientConfiguration(connectTimeout: .seconds(0)),
      HTTPClientConfiguration(maxConnectionsPerHost: 0),
      HTTPClientConfiguration(maxIdleConnections: 0),
      HTTPClientConfiguration(certificateAuthorityFile: "/nowhere/ca.pem"),
      HTTPClientConfiguration(userAgent: "a\r\nb"),
      HTTPClientConfiguration(maxResponseHeaderBytes: 0),
    ]
    for configuration in configurations {
      let error = #expect(throws: HTTPClientError.self) { _ = try HTTPClient(configuration) }
      #expect(error?.code == .invalidConfiguration)
    }
  }

  @Test(arguments: [
    "http://user:secret@127.0.0.1:1/secret?secret=secret", "ftp://user:secret@localhost/secret",
  ])
  func secretsStandInNoErrorAndNoDescription(url: String) async throws {
    let field = HTTPField("Authorization", "Bearer secret")
    let client = try HTTPClient()
    let requests = [
      OutgoingRequest(method: "GET", url: url, headers: [field]),
      OutgoingRequest(method: "GET", url: url, headers: [HTTPField("Authorization", "secret\n")]),
    ]
    for request in requests {
      let error = try #require(await failure { _ = try await client.send(request) })
      #expect(!"\(error)".contains("secret"))
      #expect(!String(reflecting: error).contains("secret"))
    }
    #expect(!"\(field)".contains("secret"))
  }

  private func refusal(_ change: (inout OutgoingRequest) -> Void) async throws -> HTTPClientError? {
    let client = try HTTPClient()
    var request = OutgoingRequest(method: "GET", url: "http://127.0.0.1:1/")
    change(&request)
    let refused = request
    return await failure { _ = try await client.send(refused) }
  }
}
