import Foundation
import InboxSupport
import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import SQLiteInbox
import Testing

// The same dispatcher over the stores that exist.
@Suite(.timeLimit(.minutes(2)))
struct RealStoreTests {
  /// A folder that goes with the test.
  private final class Folder: Sendable {
    let path: String

    init() throws {
      path = NSTemporaryDirectory() + "delivery-" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open() throws -> SQLiteInbox {
      try SQLiteInbox.open(SQLiteStorage(path: path + "/inbox.db"), onDiagnostic: { _ in })
    }
  }

  private let folder: Folder

  init() throws { folder = try Folder() }

  private func accept(_ chats: [String?], by inbox: any Inbox) async {
    let events = chats.enumerated().map { index, chat in
      let id = UUID().uuidString
      let data = chat.map { #"{"chat_id":"\#($0)"}"# } ?? "{}"
      let payload =
        #"{"api_version":"v2","event_id":"\#(id)","event_type":"message.received","data":\#(data)}"#
      return InboundEvent(
        eventID: id,
        envelope: EventEnvelope(eventType: "message.received", eventID: id, chatID: chat),
        source: nil,
        receivedAtMilliseconds: 1_700_000_000_000 + Int64(index),
        freshness: .proven,
        payload: Array(payload.utf8)
      )
    }
    await withCheckedContinuation { continuation in
      inbox.accept(events) { _ in continuation.resume() }
    }
  }

  private func inbox(_ kind: String) throws -> any Inbox {
    kind == "sqlite" ? try folder.open() : MemoryInbox()
  }

  @Test(arguments: ["memory", "sqlite"])
  func whatIsAcceptedWhileHandlersRunReachesAllOfThem(kind: String) async throws {
    let inbox = try inbox(kind)
    let (single, batch) = (ScriptedHandler(), ScriptedBatchHandler())
    let registrations = [registration(single, name: "single"), registration(batch, name: "batch")]
    try await dispatching(registrations, over: inbox, clock: SystemDeliveryClock()) { dispatcher in
      await withTaskGroup { group in
        for task in 0..<8 {
          group.addTask {
            for round in 0..<50 { await accept([nil, "a", "b", "chat-\(task)-\(round)"], by: inbox) }
          }
        }
      }
      await single.waitForDelivered(1600)
      await batch.log.wait { $0.kept.count == 1600 }
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    #expect(!single.log.value.brokeOrder)
    #expect(batch.log.value.kept == Array(1...1600))
    let progress = try await inbox.attach(["single", "batch"])
    #expect(progress.map(\.cursor) == [1600, 1600])
    #expect(progress.map(\.deferredCount) == [0, 0])
    await inbox.close()
  }

  @Test(arguments: ["memory", "sqlite"])
  func aLaneThatWasHeldGoesOnInOrder(kind: String) async throws {
    let inbox = try inbox(kind)
    let handler = ScriptedHandler { attempt in
      attempt.event.sequence % 10 == 1 && attempt.attempt < 3 ? .retry(reason: "not yet") : .delivered
    }
    let policy = RetryPolicy(first: .seconds(0.01), max: .seconds(0.02))
    try await dispatching(
      [registration(handler, retry: policy)],
      over: inbox,
      clock: SystemDeliveryClock()
    ) { dispatcher in
      for _ in 0..<20 { await accept((0..<10).map { "chat-\($0 % 3)" }, by: inbox) }
      await handler.waitForDelivered(200)
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    let byChat = Dictionary(grouping: handler.delivered) { ($0 - 1) % 10 % 3 }
    #expect(byChat.values.allSatisfy { $0 == $0.sorted() })
    #expect(Set(handler.delivered).count == 200 && handler.delivered.count == 200)
    await inbox.close()
  }

  @Test func aRestartGoesOnFromTheSameFile() async throws {
    let first = try folder.open()
    let clock = ManualClock()
    let failing = ScriptedHandler { _ in .retry(reason: "down") }
    let keeping = ScriptedBatchHandler()
    try await dispatching(
      [registration(failing, name: "single"), registration(keeping, name: "batch")],
      over: first,
      clock: clock
    ) { dispatcher in
      await accept((0..<5000).map { "chat-\($0 % 1000)" }, by: first)
      await keeping.log.wait { $0.kept.count == 5000 }
      await dispatcher.waitForFigures { $0.health != .working }
    }
    await first.close()

    let second = try folder.open()
    let working = ScriptedHandler()
    let (later, resumed) = (ManualClock(), ScriptedBatchHandler())
    try await dispatching(
      [registration(working, name: "single", concurrency: 8), registration(resumed, name: "batch")],
      over: second,
      clock: later
    ) { dispatcher in
      #expect(dispatcher.statistics[0].oldestPendingAtMilliseconds == 1_700_000_000_000)
      later.advance(by: .seconds(600))
      await working.waitForDelivered(5000)
      await dispatcher.waitForFigures { $0.pendingEvents == 0 }
    }
    #expect(Set(working.delivered) == Set(1...5000))
    #expect(!working.log.value.brokeOrder)
    let byChat = Dictionary(grouping: working.delivered) { ($0 - 1) % 1000 }
    #expect(byChat.values.allSatisfy { $0 == $0.sorted() })
    #expect(resumed.log.value.startedWith == Array("stopped".utf8))
    #expect(resumed.log.value.kept.isEmpty)
    await second.close()
  }
}
