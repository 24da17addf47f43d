import Foundation
import Testing

/// The forms of a client that nobody here wrote.
@Suite struct CurlTests {
  @Test func filesArriveByteForByte() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "linq-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let bytes = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) } + Array("\r\n--\r\n".utf8))
    try bytes.write(to: folder.appending(path: "odd \"name\";.png"))
    try await withSandbox { sandbox in
      let (chat, _) = try await sandbox.send()
      let answer = try await curl(
        [
          "-X", "POST", "\(sandbox.url)/api/partner/v2/chats/\(chat)/chat_messages",
          "-H", "X-LINQ-INTEGRATION-TOKEN: any", "--form-string", "message[text]=Two; \"things\"",
          "-F", "message[attachments][]=@\"odd \\\"name\\\";.png\"",
          "-F", "message[attachment_urls][]=https://example.com/document.pdf",
          "-F", "message[idempotency_key]=abc-1",
        ],
        in: folder
      )
      #expect(answer.value("data.text") == "Two; \"things\"")
      #expect(answer.value("data.attachments.0.filename") == "document.pdf")
      #expect(answer.value("data.attachments.1.filename") == "odd \"name\";.png")
      #expect(answer.value("data.attachments.1.mime_type") == "image/png")
      #expect(answer.number("data.attachments.1.file_size") == bytes.count)
      let url = try #require(answer.value("data.attachments.1.url"))
      let fetched = try await curl([url], in: folder)
      #expect(fetched.body == Array(bytes))
    }
  }

  @Test func theGuidesCommandsWorkWithOnlyTheHostChanged() async throws {
    try await withSandbox { sandbox in
      let base = "\(sandbox.url)/api/partner/v2"
      let token = ["-H", "X-LINQ-INTEGRATION-TOKEN: YOUR_TOKEN", "-H", "Content-Type: application/json"]
      let folder = FileManager.default.temporaryDirectory
      let chat = try await curl(
        ["-X", "POST", "\(base)/chats"] + token + [
          "-d",
          #"{"send_from":"+12223334444","chat":{"phone_numbers":["+15556667777"]},"message":{"text":"Hello"}}"#,
        ],
        in: folder
      )
      let message = try #require(chat.number("data.chat_messages.id"))
      let numbers = try await curl(["\(base)/phone_numbers"] + token, in: folder)
      #expect(numbers.text.contains("+12223334444"))
      let reaction = try await curl(
        ["-X", "POST", "\(base)/chat_messages/\(message)/reactions"] + token + [
          "-d", #"{"type":"love","operation":"add"}"#,
        ],
        in: folder
      )
      #expect(reaction.value("data.reaction") == "love")
    }
  }

  /// Waits without holding a thread: the sandbox that is called runs in this very process.
  private func curl(_ arguments: [String], in folder: URL) async throws -> Answer {
    let output = FileManager.default.temporaryDirectory.appending(path: "curl-\(UUID())")
    defer { try? FileManager.default.removeItem(at: output) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/curl")
    process.arguments = ["--silent", "--globoff", "--output", output.path] + arguments
    process.currentDirectoryURL = folder
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in continuation.resume() }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    #expect(process.terminationStatus == 0)
    return Answer(status: 0, body: Array(try Data(contentsOf: output)))
  }
}
