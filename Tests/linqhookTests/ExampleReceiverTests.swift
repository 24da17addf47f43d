import Foundation
import ReceiverSupport
import SystemPackage
import TestKit
import Testing

/// A program of one's own adds a handler type that the configuration can name.
@Suite(.timeLimit(.minutes(3))) struct ExampleReceiverTests {
  @Test func aHandlerTypeOfOnesOwnGetsTheEvents() async throws {
    let folder = try TemporaryFolder()
    let configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      handlers:
        - {name: mine, type: folder, path: \(folder.path)}
      """
    let status = try await withReceiver(
      in: folder,
      configuration: configuration,
      environment: ["LINQ_WEBHOOK_SECRET": "test_secret_0123456789ab"],
      program: Program.path.removingLastComponent().appending("ExampleReceiver"),
      arguments: { _ in [] }
    ) { receiver in
      let sent = try await Program.run(
        "send",
        receiver.url,
        "--secret",
        "test_secret_0123456789ab",
        "--count",
        "3"
      )
      #expect(sent.status == 0)
      try await receiver.settled()
    }
    #expect(status == 0)
    for number in 1...3 { #expect(folder.read("\(number).json").hasPrefix(#"{"api_version":"v2""#)) }
  }

  /// What a reader copies is what is built and run here, and in AnswerTests.
  @Test(arguments: ["ExampleReceiver", "EchoBot"]) func theDocumentationShowsThisProgram(name: String) throws
  {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "Sources/README.md"), encoding: .utf8)
    let source = try String(
      contentsOf: root.appending(path: "Tests/Support/\(name)/\(name).swift"),
      encoding: .utf8
    )
    #expect(page.contains("```swift\n\(source)```\n"))
  }
}
