import Foundation
import ScriptedServer
import TestKit
import Testing

@testable import LinqhookHTTPClient

@Suite struct DownloadTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func download(_ response: String, maxBytes: Int64 = 100, to name: String = "file") async throws
    -> IncomingResponse
  {
    try await exchange {
      $0.download = DownloadTarget(path: folder.file(name), maxBytes: maxBytes)
    } script: { connection in
      _ = connection.readRequest()
      connection.write(response)
    }
  }

  @Test func goodAnswerIsAFileWithItsModeAndNothingElse() async throws {
    let response = try await download(answer("200 OK", body: "0123456789"))
    #expect(response.savedByteCount == 10)
    #expect(response.body.isEmpty)
    #expect(folder.read("file") == "0123456789")
    #expect(folder.names == ["file"])
    let mode =
      try FileManager.default.attributesOfItem(atPath: folder.file("file"))[.posixPermissions] as? Int
    #expect(mode == 0o640)
  }

  @Test func emptyAnswerIsAnEmptyFile() async throws {
    #expect(try await download(answer("200 OK")).savedByteCount == 0)
    #expect(folder.names == ["file"])
  }

  @Test func whatIsTooLongIsNoFile() async throws {
    let endless = "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 1000)
    for response in [answer("200 OK", body: String(repeating: "x", count: 101)), endless] {
      let got = try await download(response)
      #expect(got.isTruncated && got.savedByteCount == nil)
    }
    #expect(
      try await download(answer("200 OK", body: String(repeating: "x", count: 100))).savedByteCount == 100
    )
    #expect(folder.names == ["file"])
  }

  @Test func whatBreaksOffIsNoFile() async throws {
    let error = await failure { _ = try await download("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf") }
    #expect(error?.code == .other)
    #expect(folder.names == [])
  }

  @Test func anotherStatusStaysInMemory() async throws {
    let response = try await download(answer("404 Not Found", body: "gone"))
    #expect(response.text == "gone" && response.savedByteCount == nil)
    #expect(folder.names == [])
  }

  @Test func fileThatCannotBeWrittenIsAnErrorOfItsOwn() async throws {
    let error = await failure { _ = try await download(answer("200 OK", body: "x"), to: "missing/file") }
    #expect(error?.code == .storage)
    #expect(error?.description.contains("No such file") == true)
  }

  @Test func endOfTheTaskLeavesNothing() async throws {
    let server = try ScriptedServer { connection in
      _ = connection.readRequest()
      connection.write("HTTP/1.1 200 OK\r\n\r\nbeginning")
      connection.waitForEnd()
    }
    let client = try HTTPClient()
    var request = OutgoingRequest(method: "GET", url: server.url)
    request.download = DownloadTarget(path: folder.file("file"), maxBytes: 100)
    let task = Task { [request] in try await client.send(request) }
    while folder.names.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    task.cancel()
    _ = await task.result
    await client.shutdown()
    #expect(folder.names == [])
  }
}

@Suite struct AddressTests {
  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.1.1", "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1",
    "fc00::1", "fd12::1",
    "fe80::1", "fec0::1", "ff02::1",
  ]) func isNotPublic(_ text: String) {
    #expect(!ReachableAddresses.publicOnly.allows(bytes(text)))
    #expect(ReachableAddresses.publicAndLoopback.allows(bytes(text)) == ["127.0.0.1", "::1"].contains(text))
    #expect(ReachableAddresses.all.allows(bytes(text)))
  }

  @Test(arguments: [
    "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.17.0.1",
    "198.20.0.1",
    "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "64:ff9b::101:101", "::ffff:1.1.1.1", "2001:200::1",
  ]) func isPublic(_ text: String) {
    #expect(ReachableAddresses.publicOnly.allows(bytes(text)))
  }

  @Test func whatIsNoAddressIsNotPublic() {
    #expect(!ReachableAddresses.publicOnly.allows([]))
    #expect(!ReachableAddresses.publicOnly.allows([1, 2, 3]))
  }

  @Test(arguments: [ReachableAddresses.publicOnly, .publicAndLoopback]) func connectionIsJudgedByItsAddress(
    _ reachable: ReachableAddresses
  )
    async throws
  {
    let server = try ScriptedServer { _ in answer("200 OK") }
    var configuration = HTTPClientConfiguration()
    configuration.reachableAddresses = reachable
    let client = try HTTPClient(configuration)
    for host in ["127.0.0.1", "localhost"] {
      let error = await failure {
        _ = try await client.send(OutgoingRequest(method: "GET", url: "http://\(host):\(server.port)/"))
      }
      #expect(error?.code == (reachable == .publicOnly ? .forbiddenAddress : nil), "\(host)")
    }
    await client.shutdown()
  }

  @Test func urlIsReadAsItIsUsed() throws {
    let url = try WebURL("https://User@CDN.Example.com:8443/a/b?c=d")
    #expect(url.host == "cdn.example.com" && url.port == 8443 && url.scheme == "https" && url.hasCredentials)
    #expect(try url.resolving("/x").text.hasSuffix("/x"))
    #expect(try WebURL("https://a.example/b/c").resolving("../d?e").text == "https://a.example/d?e")
    #expect(try WebURL("https://a.example/").resolving("//b.example/x").host == "b.example")
    #expect(throws: HTTPClientError.self) { _ = try WebURL("file:///etc/passwd") }
    #expect(throws: HTTPClientError.self) {
      _ = try WebURL("https://a.example/").resolving("file:///etc/passwd")
    }
  }

  private func bytes(_ text: String) -> [UInt8] {
    var v4 = in_addr()
    if unsafe inet_pton(AF_INET, text, &v4) == 1 {
      return unsafe withUnsafeBytes(of: v4) { unsafe Array($0) }
    }
    var v6 = in6_addr()
    guard unsafe inet_pton(AF_INET6, text, &v6) == 1 else { return [] }
    return unsafe withUnsafeBytes(of: v6) { unsafe Array($0) }
  }
}
