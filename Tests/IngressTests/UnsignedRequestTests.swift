import InboxSupport
import Ingress
import LinqhookInbox
import MicroHTTP
import Testing

/// Where unsigned requests are allowed, only programs on this machine may send them.
@Suite struct UnsignedRequestTests {
  private static let local = RemoteAddress.ipv4(0x7f00_0001)

  private func answer(_ headers: [(String, String)], from remote: RemoteAddress = local) async throws
    -> Received
  {
    let receiver = try ReceiverUnderTest(.inProcess, secrets: []) { $0.allowsUnsigned = true }
    let answer = try await receiver.send(
      Post(headers: headers, body: Signed.message(id: "evt_1"), remoteAddress: remote)
    )
    #expect(receiver.inbox.lastSequence == (answer.status == 200 ? 1 : 0))
    #expect(receiver.refusals.all.count == (answer.status == 200 ? 0 : 1))
    return answer
  }

  @Test(arguments: [
    "Origin", "origin", "Sec-Fetch-Site", "sec-fetch-mode", "Sec-Fetch-Dest", "X-Forwarded-For",
    "X-FORWARDED-HOST",
    "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP",
  ])
  func whatABrowserOrAProxySendsOnIsRefused(_ name: String) async throws {
    for value in ["null", "https://example.com", ""] {
      let answer = try await answer([("Host", "localhost"), (name, value)])
      #expect(answer.status == 401)
      #expect(answer.body == #"{"error":"invalid_signature"}"#)
    }
  }

  @Test(arguments: [
    nil, "", "localhost", "LOCALHOST:8080", "hooks.localhost", "127.0.0.1", "127.0.0.1:8080", "127.9.9.9",
    "[::1]",
    "[::1]:8080",
  ])
  func whatNamesThisMachineIsTaken(_ host: String?) async throws {
    let fields = [("Content-Type", "application/json"), ("User-Agent", "curl/7.88.1"), ("Accept", "*/*")]
    #expect(try await answer(fields + (host.map { [("Host", $0)] } ?? [])).status == 200)
  }

  /// A page whose own name was made to lead to this machine.
  @Test(arguments: [
    "evil.example", "evil.example:8080", "192.0.2.1", "[2001:db8::1]:8080", "localhost.evil.example",
    "127.0.0.1.nip.io",
    "notlocalhost", "0.0.0.0", "[::]",
  ])
  func whatNamesAnotherIsRefused(_ host: String) async throws {
    #expect(try await answer([("Host", host)]).status == 401)
    #expect(try await answer([("Host", host)], from: .ipv6(0, 1)).status == 401)
  }

  /// No page reaches a socket of the file system, and any name stands in such a request.
  @Test func overAUnixSocketAnyHostIsTaken() async throws {
    #expect(try await answer([("Host", "linqhook")], from: .unix).status == 200)
    #expect(try await answer([("Host", "x"), ("Origin", "null")], from: .unix).status == 401)
  }

  @Test func aSignedRequestMayComeThroughAProxy() async throws {
    let receiver = try ReceiverUnderTest(.inProcess) { $0.allowsUnsigned = true }
    var post = try Signed.post(Signed.message(id: "evt_1"))
    post.headers += [("X-Forwarded-For", "192.0.2.1"), ("Host", "hooks.example.com")]
    post.remoteAddress = Self.local
    #expect(try await receiver.send(post).status == 200)
    await receiver.stop()
  }

  @Test func overARealSocketCurlsWayIsTaken() async throws {
    let receiver = try ReceiverUnderTest(.overASocket, secrets: []) { $0.allowsUnsigned = true }
    #expect(try await receiver.send(Post(body: Signed.message(id: "evt_1"))).status == 200)
    let forwarded = Post(headers: [("Via", "1.1 proxy")], body: Signed.message(id: "evt_2"))
    #expect(try await receiver.send(forwarded).status == 401)
    let rebound = Post(headers: [("Host", "evil.example")], body: Signed.message(id: "evt_3"))
    #expect(try await receiver.send(rebound).status == 401)
    #expect(receiver.refusals.all.allSatisfy { $0.detail.contains("allow_unsigned") })
    await receiver.stop()
  }

  @Test func anEndpointWithNeitherSecretNorLeaveTakesNothing() async throws {
    let receiver = try ReceiverUnderTest(.inProcess, secrets: [])
    #expect(try await receiver.send(Post(body: Signed.message(id: "evt_1"))).status == 401)
    await receiver.stop()
  }
}
