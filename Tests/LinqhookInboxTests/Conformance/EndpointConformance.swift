import InboxTestKit
import LinqhookAuthentication
import LinqhookInbox
import Testing

/// Ids count for each endpoint, and endpoints that share a key are one.
@Suite struct EndpointConformance {
  private func inbox(
    _ kind: StoreKind,
    _ endpoints: EndpointKeys...,
    change: (inout InboxLimits) -> Void = { _ in }
  ) async throws -> TestInbox {
    let test = try await TestInbox(kind, change)
    try await test.inbox.separateIDs(by: endpoints)
    return test
  }

  @Test(arguments: StoreKind.allCases)
  func anIdThatOneEndpointTookIsNewAtAnother(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, try endpointKeys("/a", "one"), try endpointKeys("/b", "two"))
    let forged = inboundEvent("x", endpoint: "/a")
    let real = inboundEvent("x", endpoint: "/b")
    #expect(await test.inbox.accept(forged) == .accepted(sequence: 1))
    #expect(await test.inbox.accept([real, real]) == [.accepted(sequence: 2), .duplicate])
    #expect(await test.inbox.accept([forged, real]) == [.duplicate, .duplicate])
    #expect(try await test.inbox.find(eventID: "x").map(\.event.sequence) == [1, 2])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func endpointsThatShareAKeyAreOneInTheSameBatchToo(_ kind: StoreKind) async throws {
    let test = try await inbox(
      kind,
      try endpointKeys("/a", "one", "both"),
      try endpointKeys("/b", "both"),
      try endpointKeys("/c", "other")
    )
    let events = ["/a", "/b", "/c"].map { inboundEvent("x", endpoint: $0) }
    #expect(
      await test.inbox.accept(events) == [.accepted(sequence: 1), .duplicate, .accepted(sequence: 2)]
    )
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aPathThatIsRenamedKeepsItsIdsByItsKey(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, try endpointKeys("/old", "one"))
    _ = await test.inbox.accept(inboundEvent("x", endpoint: "/old"))
    try await test.inbox.separateIDs(by: [try endpointKeys("/new", "one"), try endpointKeys("/b", "two")])
    #expect(await test.inbox.accept(inboundEvent("x", endpoint: "/new")) == .duplicate)
    #expect(await test.inbox.accept(inboundEvent("x", endpoint: "/b")) == .accepted(sequence: 2))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aPathThatIsRemovedAndComesBackKeepsItsIds(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, try endpointKeys("/a", "one"), try endpointKeys("/b", "two"))
    _ = await test.inbox.accept(inboundEvent("x", endpoint: "/a"))
    try await test.inbox.separateIDs(by: [try endpointKeys("/b", "two")])
    _ = await test.inbox.accept(inboundEvent("y", endpoint: "/b"))
    // Under another key even: Linq repeats what it sent before.
    try await test.inbox.separateIDs(by: [try endpointKeys("/a", "three"), try endpointKeys("/b", "two")])
    #expect(await test.inbox.accept(inboundEvent("x", endpoint: "/a")) == .duplicate)
    #expect(await test.inbox.accept(inboundEvent("y", endpoint: "/b")) == .duplicate)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aKeyThatMovesTakesTheIdsAlongThatItTook(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, try endpointKeys("/a", "one"), try endpointKeys("/b", "two"))
    _ = await test.inbox.accept(inboundEvent("x", endpoint: "/a"))
    try await test.inbox.separateIDs(by: [try endpointKeys("/a", "new"), try endpointKeys("/b", "one")])
    #expect(await test.inbox.accept(inboundEvent("x", endpoint: "/b")) == .duplicate)
    // What /a takes from now on is no business of whoever holds the key that it gave away.
    _ = await test.inbox.accept(inboundEvent("y", endpoint: "/a"))
    #expect(await test.inbox.accept(inboundEvent("y", endpoint: "/b")) == .accepted(sequence: 3))
    _ = await test.inbox.accept(inboundEvent("z", endpoint: "/b"))
    #expect(await test.inbox.accept(inboundEvent("z", endpoint: "/a")) == .accepted(sequence: 5))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aKeyThatIsRotatedLosesNoId(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, try endpointKeys("/a", "one"))
    _ = await test.inbox.accept(inboundEvent("x", endpoint: "/a"))
    for keys in [["one", "two"], ["two"], ["two", "three"], ["three"]] {
      let secrets = try keys.map { try Secret($0) }
      try await test.inbox.separateIDs(
        by: [EndpointKeys(path: "/a", keys: secrets, toleranceMilliseconds: 300_000)]
      )
      #expect(await test.inbox.accept(inboundEvent("x", endpoint: "/a")) == .duplicate)
    }
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func theNumberOfIdsCountsForEachEndpointAndOnceForThoseThatShareAKey(_ kind: StoreKind) async throws {
    let test = try await inbox(
      kind,
      try endpointKeys("/a", "one"),
      try endpointKeys("/b", "two"),
      try endpointKeys("/c", "two")
    ) { $0.maxDedupEntries = 3 }
    for path in ["/b", "/a", "/c"] {
      for number in 0..<2 { _ = await test.inbox.accept(inboundEvent("\(number)", endpoint: path)) }
    }
    // Two of /a, two of /b; those of /c are duplicates.
    #expect(test.inbox.statistics.dedupEntries == 4)
    for number in 2..<40 { _ = await test.inbox.accept(inboundEvent("\(number)", endpoint: "/a")) }
    #expect(test.inbox.statistics.dedupEntries == 3 + 2)
    #expect(await test.inbox.accept(inboundEvent("0", endpoint: "/b")) == .duplicate)
    for number in 2..<6 { _ = await test.inbox.accept(inboundEvent("\(number)", endpoint: "/c")) }
    #expect(test.inbox.statistics.dedupEntries == 3 + 3)
    #expect(await test.inbox.accept(inboundEvent("0", endpoint: "/b")) == .accepted(sequence: 47))
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aFloodFromTheFutureMakesNothingTooOldAtAnotherEndpoint(_ kind: StoreKind) async throws {
    let test = try await inbox(kind, try endpointKeys("/a", "one"), try endpointKeys("/b", "two")) {
      $0.maxDedupEntries = 3
    }
    let year2099: Int64 = 4_070_908_800_000
    for number in 0..<50 {
      _ = await test.inbox.accept(
        inboundEvent("\(number)", createdAt: year2099, isSigned: false, endpoint: "/a")
      )
    }
    test.clock.advance(minutes: 300)
    try await test.maintain()
    for number in 50..<60 {
      _ = await test.inbox.accept(
        inboundEvent("\(number)", createdAt: year2099, isSigned: false, endpoint: "/a")
      )
    }
    let late = inboundEvent("late", createdAt: TestClock.start - 1, isSigned: false, endpoint: "/b")
    #expect(await test.inbox.accept(late) == .accepted(sequence: 61))
    // At their own endpoint they count as made when they came.
    let made = TestClock.start + 60_000
    let own = inboundEvent("own", createdAt: made, isSigned: false, endpoint: "/a")
    #expect(await test.inbox.accept(own) == .accepted(sequence: 62))
    let before = inboundEvent("before", createdAt: TestClock.start - 1, isSigned: false, endpoint: "/a")
    #expect(await test.inbox.accept(before) == .tooOld)
    await test.inbox.close()
  }
}
