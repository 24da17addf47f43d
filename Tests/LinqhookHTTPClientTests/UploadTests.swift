import LinqhookHTTPClient
import ScriptedServer
import Synchronization
import TestKit
import Testing

/// A file as the body of a request.
@Suite struct UploadTests {
  private let folder: TemporaryFolder
  /// No multiple of any buffer, and no byte like its neighbours.
  private static let content = (0..<1_234_567).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8)) }

  init() throws { folder = try TemporaryFolder() }

  private func file(_ bytes: [UInt8]) throws -> UploadFile {
    try UploadFile(path: try folder.write("file", bytes))
  }

  private func put(_ file: UploadFile, to url: String) -> OutgoingRequest {
    OutgoingRequest(
      method: "PUT",
      url: url,
      headers: [HTTPField("Content-Type", "image/png")],
      body: .file(file)
    )
  }

  @Test(arguments: [1_234_567, 1, 0]) func bytesLengthAndTypeArriveAsTheyAre(count: Int) async throws {
    let received = Mutex<ReceivedRequest?>(nil)
    let server = try ScriptedServer { request in
      received.withLock { $0 = request }
      return answer("200 OK")
    }
    let wanted = Array(Self.content.prefix(count))
    let file = try file(wanted)
    #expect(file.byteCount == Int64(count))
    #expect(try await HTTPClient().send(put(file, to: server.url + "/place")).status == 200)
    let request = try #require(received.withLock { $0 })
    #expect(request.requestLine == "PUT /place HTTP/1.1")
    #expect(request.body == wanted)
    #expect(request.values("Content-Length") == ["\(count)"])
    #expect(request.values("Content-Type") == ["image/png"])
    #expect(request.values("Transfer-Encoding").isEmpty && request.values("Expect").isEmpty)
  }

  @Test func aKeptConnectionThatIsDeadBeginsFromTheStartOnANewOne() async throws {
    let received = Mutex<[[UInt8]]>([])
    let server = try ScriptedServer { connection in
      // Says that it stays open, and closes.
      guard let request = connection.readRequest() else { return }
      received.withLock { $0.append(request.body) }
      connection.write(answer("200 OK", body: "\(connection.number)"))
    }
    let client = try HTTPClient()
    let file = try file(Self.content)
    for number in 1...5 {
      #expect(try await client.send(put(file, to: server.url)).text == "\(number)")
    }
    #expect(received.withLock(\.self) == Array(repeating: Self.content, count: 5))
  }

  @Test func whatIsAddedToAFileAfterItWasLookedAtIsAnErrorAndNothingIsSent() async throws {
    let server = try ScriptedServer { _ in answer("200 OK") }
    let client = try HTTPClient()
    for other in [Self.content + [1], Array(Self.content.dropLast()), []] {
      let file = try file(Self.content)
      try folder.write("file", other)
      let error = await failure { _ = try await client.send(put(file, to: server.url)) }
      #expect(error?.code == .invalidRequest)
      #expect(error?.description.contains("changed its length") == true)
    }
    #expect(server.connectionCount == 0)
  }

  @Test func aFileThatBecomesShorterWhileItIsSentIsAnErrorThatSaysSo() async throws {
    let file = try file(Array(repeating: 7, count: 64 << 20))
    let path = folder.file("file")
    let server = try ScriptedServer { connection in
      // More than all buffers on the way is left when the first bytes are here.
      connection.readSome()
      truncateFile(path)
      connection.waitForEnd()
    }
    let error = await failure { _ = try await HTTPClient().send(put(file, to: server.url)) }
    #expect(error?.code == .invalidRequest)
    #expect(error?.description.contains("shorter") == true, "\(error?.description ?? "")")
  }

  @Test func anAnswerThatComesBeforeTheEndIsTheAnswer() async throws {
    let server = try ScriptedServer { connection in
      connection.readSome()
      connection.write(answer("403 Forbidden", headers: ["Connection: close"], body: "expired"))
    }
    let file = try file(Array(repeating: 7, count: 8 << 20))
    // Whether the answer is read before the reset is the kernel's business.
    do {
      #expect(try await HTTPClient().send(put(file, to: server.url)).status == 403)
    } catch { #expect(error.code == .other) }
  }

  @Test(arguments: ["", "/nowhere/file", "/", "/dev/zero", "a\0b"]) func onlyARegularFileIsTaken(path: String)
    async
  {
    let error = await failure { _ = try UploadFile(path: path) }
    #expect(error?.code == .invalidRequest)
  }
}
