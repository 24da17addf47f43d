import Foundation
import InboxTestKit
import LinqEvents
import TestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

@Suite struct ReaderTests {
  @Test func seesWhatTheOpenInboxCommits() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = try await inbox.attach(["a"])
    _ = await inbox.accept(inboundEvent("first"))
    let reader = try SQLiteInboxReader(path: folder.inboxPath)
    #expect(try await reader.find(eventID: "first").map(\.state) == [.pending])
    _ = await inbox.accept(inboundEvent("second"))
    try await inbox.record(
      ProgressRecord(handler: "a", cursor: 2, deferred: [deferredDelivery(2, .dead)])
    )
    #expect(try await reader.list(EventQuery()).map(\.state) == [.delivered, .dead])
    #expect(try await reader.deadLetters(handler: "a", limit: 5).map(\.event.sequence) == [2])
    inbox.quarantine(refusedRequest(.unusableEvent, detail: "why"))
    try await inbox.removeQuarantined([])
    #expect(try await reader.quarantined(after: 0, limit: 5).map(\.detail) == ["why"])
    #expect(try await reader.quarantined(number: 1)?.detail == "why")
    reader.close()
    await inbox.close()
  }

  @Test func readsWhileNoProcessHasTheInboxOpen() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open()
    _ = await inbox.accept(inboundEvent("first"))
    await inbox.close()
    let reader = try SQLiteInboxReader(path: folder.inboxPath)
    #expect(try await reader.list(EventQuery()).map(\.event.eventID) == ["first"])
    // It takes no lock: the receiver may start meanwhile.
    let again = try folder.open()
    #expect(await again.accept(inboundEvent("second")) == .accepted(sequence: 2))
    #expect(try await reader.list(EventQuery()).count == 2)
    reader.close()
    await again.close()
  }

  @Test func aReaderDoesNotStopTheLogFromBeingReused() async throws {
    let folder = try TemporaryFolder()
    let inbox = try folder.open(limits: { $0.maxBytes = 8 << 20 })
    let reader = try SQLiteInboxReader(path: folder.inboxPath)
    for round in 0..<40 {
      _ = await inbox.accept((0..<50).map { inboundEvent("\(round)-\($0)", padding: 1000) })
      _ = try await reader.list(EventQuery(limit: 3))
    }
    let log = try FileManager.default.attributesOfItem(atPath: folder.inboxPath + "-wal")[.size] as? Int
    #expect(try #require(log) < 4 << 20)
    reader.close()
    await inbox.close()
  }

  @Test func saysSoWhenThereIsNoInbox() throws {
    let folder = try TemporaryFolder()
    #expect(inboxErrorCode { _ = try SQLiteInboxReader(path: folder.inboxPath) } == .inputOutput)
    #expect(!FileManager.default.fileExists(atPath: folder.inboxPath))
  }
}
