import Foundation
import ReceiverSupport
import TestKit
import Testing

/// Runs `deploy/guide.md` as a reader would: its bash blocks, from top to bottom, in one session.
@Suite(.timeLimit(.minutes(3))) struct GuideTests {
  @Test func everyBlockOfTheGuideWorksFromTopToBottom() async throws {
    let folder = try TemporaryFolder()
    let page = try String(contentsOf: Self.repository.appending(path: "deploy/guide.md"), encoding: .utf8)
    let blocks = Self.bashBlocks(page)
    #expect(blocks.count > 8)
    // Whatever happens, nothing that the page starts outlives the test.
    let script = (["trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"] + blocks).joined(separator: "\n")
    let outcome = try await Program.shell(
      script,
      environment: [
        "GUIDE_FOLDER": folder.path,
        "SANDBOX": "127.0.0.1:0",
        // The subscription has to name it before it runs. Below the range that port 0 chooses from, so that no
        // other test gets it by chance.
        "RECEIVER": "127.0.0.1:\(Int.random(in: 20_000..<32_000))",
      ]
    )
    #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.messages)")
    #expect(outcome.output.contains("good: nothing lost, doubled or out of order"))
    let events = folder.read("events.ndjson")
    for type in ["message.sent", "message.read", "message.received", "reaction.sent", "reaction.received"] {
      #expect(events.contains("\"\(type)\""), "no \(type)")
    }
    for text in ["Do you hear me?", "A file and a link", "The same again", "document.pdf", "photo.jpg"] {
      #expect(events.contains(text), "no \(text)")
    }
    let eventsOfV3 = folder.read("v3/events.ndjson")
    for type in [
      "chat.created", "message.sent", "message.delivered", "message.read", "message.received",
      "reaction.added",
      "reaction.removed",
    ] {
      #expect(eventsOfV3.contains("\"\(type)\""), "no \(type) of V3")
    }
    for text in ["Do you hear me?", "photo.jpg", "The same again", "plan.txt", "Welcome back", "🎉"] {
      #expect(eventsOfV3.contains(text), "no \(text) in V3")
    }
    #expect(!eventsOfV3.contains("Are you there?"))
    #expect(outcome.messages.contains("2024"))
  }

  private static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func bashBlocks(_ page: String) -> [String] {
    page.components(separatedBy: "```bash\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }
}
