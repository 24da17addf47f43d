import Foundation
import ReceiverSupport
import TestKit
import Testing

/// What comes to the port beside Linq's requests, and who is told of it; with bash and curl as clients.
@Suite(.timeLimit(.minutes(3))) struct PortTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func configuration(_ more: String = "", listen: String = "127.0.0.1:0") -> String {
    """
    listen: \(listen)
    admin: {listen: 127.0.0.1:0}
    inbox: {path: \(folder.file("inbox.db"))}
    \(more)
    """
  }

  private func withReceiver(
    _ configuration: String,
    _ body: @Sendable (RunningReceiver) async throws -> Void
  ) async throws {
    let environment = ["LINQ_WEBHOOK_SECRET": "canary-secret-4711"]
    let status = try await ReceiverSupport.withReceiver(
      in: folder,
      configuration: configuration,
      environment: environment,
      body
    )
    #expect(status == 0)
  }

  /// Sends what printf(1) makes of the text, and gives all of the answer.
  private func say(_ text: String, to receiver: RunningReceiver) async throws -> String {
    let port = receiver.address.split(separator: ":").last.map(String.init) ?? ""
    return try await Program.shell(
      "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '\(text)' >&3; timeout 20 cat <&3"
    ).output
  }

  @Test func whatIsNoHTTPIsNamedWithItsAddressAndCounted() async throws {
    try await withReceiver(configuration()) { receiver in
      let strays = [
        (#"\026\003\001\002\000\001\000"#, "400", "speaks TLS"),
        (#"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"#, "505", "h2c"),
        (#"GET / HTTP/2.0\r\nHost: h\r\n\r\n"#, "505", "another version"),
        (#"PROXY TCP4 203.0.113.9 192.0.2.1 1 2\r\nGET / HTTP/1.1\r\n\r\n"#, "503", "PROXY protocol"),
      ]
      for (bytes, status, words) in strays {
        let answer = try await say(bytes, to: receiver)
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(answer.contains("application/json") && !answer.contains("<html>"))
        try await folder.waitForLine(with: words, in: "receiver.log")
        let line = folder.lines("receiver.log").first { $0.contains(words) } ?? ""
        #expect(line.contains("remote=127.0.0.1"), "\(words): \(line)")
      }
      let tls = try await Program.shell("curl -sk -m 10 https://\(receiver.address)/ || echo failed")
      #expect(tls.output == "failed\n")
      #expect(try await receiver.figure(#"linqhook_http_requests_total{code="505"}"#) == 2)
      #expect(try await receiver.figure(#"linqhook_http_requests_total{code="503"}"#) == 1)
    }
    #expect(!folder.read("receiver.log").contains("<html>"))
  }

  @Test func theProxyProtocolOfATrustedProxyNamesTheClient() async throws {
    try await withReceiver(configuration("trusted_proxies: [127.0.0.1/32]")) { receiver in
      let request =
        #"POST /webhooks/linq HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"#
      let headers = [
        #"PROXY TCP4 203.0.113.9 192.0.2.1 1 2\r\n"#,
        #"\r\n\r\n\000\r\nQUIT\n\041\021\000\014\313\000\161\011\300\000\002\001\000\001\000\002"#,
      ]
      for header in headers {
        let answer = try await say(header + request, to: receiver)
        #expect(answer.hasPrefix("HTTP/1.1 401 "))
      }
      try await folder.waitForLine(with: "remote=203.0.113.9", in: "receiver.log")
      let refusals = folder.lines("receiver.log").filter { $0.contains("rejected a request") }
      #expect(!refusals.isEmpty && refusals.allSatisfy { $0.contains("remote=203.0.113.9") })
      // The client cannot go on to name another.
      let liar = request.replacing("Host: h", with: #"Host: h\r\nX-Forwarded-For: 198.51.100.1"#)
      let answer = try await say(headers[0] + liar, to: receiver)
      #expect(answer.hasPrefix("HTTP/1.1 401 "))
      #expect(!folder.read("receiver.log").contains("198.51.100.1"))
    }
  }

  @Test func aRequestThatStallsIsAnsweredSoThatLinqRepeatsIt() async throws {
    try await withReceiver(configuration("limits: {request_timeout: 300ms}")) { receiver in
      let answer = try await say(
        #"POST /webhooks/linq HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"#,
        to: receiver
      )
      #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("Retry-After: "))
      try await folder.waitForLine(with: "did not come within 0.3 s", in: "receiver.log")
      let line = folder.lines("receiver.log").first { $0.contains("did not come within 0.3 s") } ?? ""
      #expect(line.contains("remote=127.0.0.1"))
      #expect(try await receiver.figure(#"linqhook_http_requests_total{code="503"}"#) == 1)
    }
  }

  @Test func idleConnectionsMakeRoom() async throws {
    try await withReceiver(configuration("limits: {connections: 20, idle_timeout: 1h}")) { receiver in
      let port = receiver.address.split(separator: ":").last.map(String.init) ?? ""
      let script = """
        for n in $(seq 20); do
          exec {c}<>/dev/tcp/127.0.0.1/\(port)
          printf 'GET / HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n' >&$c
          read -r line <&$c
        done
        curl -s -m 9 -o /dev/null -w '%{http_code}' http://127.0.0.1:\(port)/
        """
      let status = try await Program.shell(script).output
      #expect(status == "404")
      let evicted = try await receiver.figure("linqhook_http_connections_evicted_total")
      #expect(evicted == 1)
    }
  }

  @Test func aUnixSocketHasItsModeAndItsGroup() async throws {
    let path = folder.file("s")
    let group = try await Program.shell("id -g").output.trimmingCharacters(in: .whitespacesAndNewlines)
    let more = "socket: {mode: 0666, group: \(group)}"
    try await withReceiver(configuration(more, listen: "unix:\(path)")) { _ in
      let found = try await Program.shell("stat -c '%a %g' \(path)").output
      #expect(found == "666 \(group)\n")
      let status = try await Program.shell(
        "curl -s -o /dev/null -w '%{http_code}' --unix-socket \(path) http://h/"
      )
      #expect(status.output == "404")
    }
  }
}
