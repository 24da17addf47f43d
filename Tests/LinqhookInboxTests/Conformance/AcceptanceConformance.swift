import InboxTestKit
import LinqEvents
import LinqhookInbox
import Testing

@Suite struct AcceptanceConformance {
  @Test(arguments: StoreKind.allCases)
  func numbersEventsFromOneWithoutGaps(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    #expect(await test.inbox.accept(inboundEvent("a")) == .accepted(sequence: 1))
    let outcomes = await test.inbox.accept([inboundEvent("b"), inboundEvent("a"), inboundEvent("c")])
    #expect(outcomes == [.accepted(sequence: 2), .duplicate, .accepted(sequence: 3)])
    #expect(test.inbox.lastSequence == 3)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func recognisesADuplicateInsideOneOffer(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let outcomes = await test.inbox.accept([inboundEvent("a"), inboundEvent("a"), inboundEvent("a")])
    #expect(outcomes == [.accepted(sequence: 1), .duplicate, .duplicate])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func acceptsEachOfManyConcurrentDuplicatesOnce(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let inbox = test.inbox
    let accepted = await withTaskGroup(of: [AcceptanceOutcome].self) { group in
      for _ in 0..<64 {
        group.addTask {
          var outcomes: [AcceptanceOutcome] = []
          for number in 0..<200 { outcomes += [await inbox.accept(inboundEvent("id-\(number)"))] }
          return outcomes
        }
      }
      var accepted: [Int64] = []
      for await outcomes in group {
        for case .accepted(let sequence) in outcomes { accepted.append(sequence) }
      }
      return accepted
    }
    #expect(accepted.sorted() == Array(1...200))
    #expect(inbox.statistics.dedupEntries == 200)
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func tellsTheSubscriberOfEveryStoredEventInOrder(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let seen = Collected<Int64>()
    test.inbox.subscribe { events in events.forEach { seen.append($0.sequence) } }
    _ = await test.inbox.accept([inboundEvent("a"), inboundEvent("a"), inboundEvent("b")])
    _ = await test.inbox.accept(inboundEvent("b"))
    _ = await test.inbox.accept(inboundEvent("c"))
    await test.inbox.close()
    #expect(seen.all == [1, 2, 3])
  }

  @Test(arguments: StoreKind.allCases)
  func keepsAnEventAsItWas(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    let event = inboundEvent("a", type: "chat.created", chat: "chat-9", receivedAt: 7)
    _ = await test.inbox.accept(event)
    let stored = try #require(try await test.inbox.event(sequence: 1))
    #expect(stored.payload == event.payload)
    #expect(stored.eventID == "a")
    #expect(stored.envelope.eventType == "chat.created")
    #expect(stored.source == "line=1")
    #expect(stored.receivedAtMilliseconds == 7)
    #expect(try await test.inbox.event(sequence: 2) == nil)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func refusesNewEventsWhileTheBacklogIsFullAndKnowsDuplicatesStill(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxPendingEvents = 2 }
    let inbox = test.inbox
    _ = try await inbox.attach(["h"])
    let outcomes = await inbox.accept([inboundEvent("a"), inboundEvent("b"), inboundEvent("c")])
    #expect(outcomes == [.accepted(sequence: 1), .accepted(sequence: 2), .unavailable(.backlogFull)])
    #expect(inbox.statistics.unavailability == .backlogFull)
    #expect(await inbox.accept(inboundEvent("a")) == .duplicate)
    try await inbox.record(ProgressRecord(handler: "h", cursor: 1))
    #expect(inbox.statistics.unavailability == nil)
    #expect(await inbox.accept(inboundEvent("c")) == .accepted(sequence: 3))
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func countsHeldDeliveriesAsPendingAndDeadLettersNot(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxPendingEvents = 2 }
    let inbox = test.inbox
    _ = try await inbox.attach(["h"])
    _ = await inbox.accept([inboundEvent("a"), inboundEvent("b")])
    let held = [deferredDelivery(1, .retrying), deferredDelivery(2, .waiting)]
    try await inbox.record(ProgressRecord(handler: "h", cursor: 2, deferred: held))
    #expect(inbox.statistics.pendingEvents == 2)
    #expect(await inbox.accept(inboundEvent("c")) == .unavailable(.backlogFull))
    try await inbox.record(ProgressRecord(handler: "h", cursor: 2, deferred: [deferredDelivery(1, .dead)]))
    #expect(inbox.statistics.pendingEvents == 1)
    #expect(inbox.statistics.deadLetters == ["h": 1])
    #expect(await inbox.accept(inboundEvent("c")) == .accepted(sequence: 3))
    await inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func takesNothingAfterItWasClosed(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    _ = try await test.inbox.attach(["h"])
    await test.inbox.close()
    await test.inbox.close()
    #expect(await test.inbox.accept(inboundEvent("a")) == .unavailable(.closed))
    #expect(test.inbox.statistics.unavailability == .closed)
    await #expect { try await test.inbox.record(ProgressRecord(handler: "h", cursor: 1)) } throws: {
      ($0 as? InboxError)?.code == .closed
    }
    await #expect { _ = try await test.inbox.event(sequence: 1) } throws: {
      ($0 as? InboxError)?.code == .closed
    }
    await #expect { _ = try await test.inbox.attach(["h"]) } throws: {
      ($0 as? InboxError)?.code == .closed
    }
  }
}
