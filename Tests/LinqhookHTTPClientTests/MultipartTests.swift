import LinqhookHTTPClient
import ScriptedServer
import Synchronization
import TestKit
import Testing

@Suite struct MultipartTests {
  @Test func partsArriveAsTheyWereGiven() async throws {
    let folder = try TemporaryFolder()
    let picture = (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }
    let path = try folder.write("picture.png", picture)
    let received = try await post([
      MultipartPart(name: "message[text]", content: .bytes(Array("grüß dich\r\n--".utf8))),
      MultipartPart(name: "message[attachments][]", content: .file(path: path)),
      MultipartPart(
        name: "message[attachments][]",
        fileName: "a \"quoted\" name.pdf",
        contentType: "application/pdf",
        content: .file(path: path)
      ),
      MultipartPart(name: "empty", fileName: "e.txt", contentType: "text/plain", content: .bytes([])),
    ])
    let parts = try parse(received)
    try #require(parts.count == 4)
    #expect(parts[0].head == #"Content-Disposition: form-data; name="message[text]""#)
    #expect(parts[0].content == Array("grüß dich\r\n--".utf8))
    #expect(parts[1].head.contains(#"name="message[attachments][]"; filename="picture.png""#))
    #expect(parts[1].head.contains("Content-Type: image/png"))
    #expect(parts[1].content == picture)
    #expect(parts[2].head.contains(#"filename="a %22quoted%22 name.pdf""#))
    #expect(parts[2].head.contains("Content-Type: application/pdf"))
    #expect(parts[2].content == picture)
    #expect(parts[3].head.contains("Content-Type: text/plain"))
    #expect(parts[3].content == [])
  }

  @Test func nothingIsAnEmptyForm() async throws {
    let received = try await post([])
    #expect(try parse(received).isEmpty)
  }

  private func post(_ parts: [MultipartPart]) async throws -> ReceivedRequest {
    let received = Mutex<ReceivedRequest?>(nil)
    let response = try await exchange { request in
      request.method = "POST"
      request.body = .multipart(parts)
    } script: { connection in
      received.withLock { $0 = connection.readRequest() }
      connection.write(answer("201 Created"))
    }
    #expect(response.status == 201)
    return try #require(received.withLock { $0 })
  }

  /// RFC 2046, section 5.1.1, by the book: boundary lines, a head, an empty line, the content.
  private func parse(_ request: ReceivedRequest) throws -> [(head: String, content: [UInt8])] {
    let type = try #require(request.values("Content-Type").first)
    let boundary = try #require(type.split(separator: "boundary=").dropFirst().first)
    #expect(type.hasPrefix("multipart/form-data; "))
    // Byte by byte as Latin-1, so that strings can be split and turned back.
    let text = String(String.UnicodeScalarView(request.body.map { Unicode.Scalar($0) }))
    let pieces = ("\r\n" + text).split(separator: "\r\n--\(boundary)", omittingEmptySubsequences: false)
    #expect(pieces.last == "--\r\n")
    return try pieces.dropFirst().dropLast().map { piece in
      let end = try #require(piece.firstRange(of: "\r\n\r\n"))
      let content = piece[end.upperBound...].unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
      return (head: String(piece[..<end.lowerBound].dropFirst()), content: content)
    }
  }
}
