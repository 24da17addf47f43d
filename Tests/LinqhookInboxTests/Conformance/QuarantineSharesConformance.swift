import InboxTestKit
import LinqhookInbox
import Testing

/// What a stranger can do to what is kept of others.
@Suite struct QuarantineSharesConformance {
  private static let linq = "198.51.100.7"

  private func kept(_ test: TestInbox) async throws -> [QuarantinedRequest] {
    _ = try await test.inbox.removeQuarantined([])
    return try await test.inbox.quarantined(after: 0, limit: 100_000)
  }

  private func keepAuthentic(_ count: Int, in test: TestInbox) {
    for number in 0..<count {
      test.inbox.quarantine(
        refusedRequest(.staleTimestamp, detail: "authentic \(number)", from: Self.linq, bodySize: 2000)
      )
    }
  }

  @Test(
    arguments: StoreKind.allCases,
    [(QuarantineClass.unsigned, 17, 1 << 20), (.mismatched, 17, 1 << 20), (.mismatched, 1005, 9)]
  )
  func noFloodPushesOutAnAuthenticRequest(
    _ kind: StoreKind,
    _ flood: (quarantineClass: QuarantineClass, count: Int, bodySize: Int)
  ) async throws {
    let test = try await TestInbox(kind)
    keepAuthentic(50, in: test)
    for number in 0..<flood.count {
      let (client, detail) = ("203.0.113.\(number % 250)", "forged \(number)")
      test.inbox.quarantine(
        refusedRequest(
          .invalidSignature,
          flood.quarantineClass,
          detail: detail,
          from: client,
          bodySize: flood.bodySize
        )
      )
    }
    #expect(try await kept(test).count { $0.quarantineClass == .authentic } == 50)
    keepAuthentic(60, in: test)
    #expect(try await kept(test).count { $0.quarantineClass == .authentic } == 60)
    await test.inbox.close()
  }

  /// The minute's allowance is Linq's own in what strangers can send as well as it can.
  @Test(arguments: StoreKind.allCases, [1, 40])
  func strangersDoNotUseUpTheMinuteOfAnotherClient(_ kind: StoreKind, _ strangers: Int) async throws {
    let test = try await TestInbox(kind)
    for number in 0..<10_000 {
      let client = "203.0.113.\(number % strangers)"
      test.inbox.quarantine(
        refusedRequest(.invalidSignature, .mismatched, detail: "forged \(number)", from: client)
      )
    }
    for number in 0..<10 {
      let detail = "Linq's \(number)"
      test.inbox.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: detail, from: Self.linq))
    }
    #expect(try await kept(test).count { $0.client == Self.linq } == 10)
    #expect(test.inbox.statistics.quarantineDropped > 5000)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func nobodyPushesOutAnothersBySendingMore(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxQuarantineEntries = 100 }
    for number in 0..<20 {
      let detail = "Linq's \(number)"
      test.inbox.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: detail, from: Self.linq))
    }
    for number in 0..<1000 {
      let (client, detail) = ("203.0.113.\(number % 4)", "forged \(number)")
      test.inbox.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: detail, from: client))
    }
    let all = try await kept(test)
    #expect(all.count == 100)
    #expect(all.count { $0.client == Self.linq } == 20)
    await test.inbox.close()
  }

  /// Few large ones weigh as much as many small ones.
  @Test(arguments: StoreKind.allCases)
  func largeRequestsDoNotPushOutManySmallOnes(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxQuarantineBytes = 4 << 20 }
    for number in 0..<200 {
      let detail = "Linq's \(number)"
      test.inbox.quarantine(
        refusedRequest(.invalidSignature, .mismatched, detail: detail, from: Self.linq, bodySize: 2000)
      )
    }
    for number in 0..<10 {
      let detail = "forged \(number)"
      test.inbox.quarantine(
        refusedRequest(.invalidSignature, .mismatched, detail: detail, from: "203.0.113.1", bodySize: 1 << 20)
      )
    }
    #expect(try await kept(test).count { $0.client == Self.linq } == 200)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aClientAloneMayFillHalfTheRingEveryMinute(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    for minute in 1...2 {
      for number in 0..<5000 {
        test.inbox.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: "\(minute) \(number)"))
      }
      #expect(try await kept(test).count == minute * 500)
      test.clock.advance(minutes: 1)
    }
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases, QuarantineClass.allCases)
  func equalRequestsAreKeptOnceAndCounted(_ kind: StoreKind, _ quarantineClass: QuarantineClass) async throws
  {
    let test = try await TestInbox(kind)
    let times = [TestClock.start, TestClock.start + 2000, TestClock.start + 1000]
    for (index, time) in times.enumerated() {
      let request = refusedRequest(
        .invalidSignature,
        quarantineClass,
        detail: "same",
        from: "203.0.113.\(index)",
        signature: "sha256=0\(index)",
        receivedAt: time
      )
      test.inbox.quarantine(request)
    }
    var other = refusedRequest(.invalidSignature, quarantineClass, detail: "same")
    other.query = "line=2"
    test.inbox.quarantine(other)
    let all = try await kept(test)
    #expect(all.map(\.seenCount) == [3, 1])
    #expect(all[0].receivedAtMilliseconds == TestClock.start)
    #expect(all[0].lastSeenAtMilliseconds == TestClock.start + 2000)
    #expect(all[0].headers.map(\.value) == ["sha256=00"])
    #expect(all[0].lastHeaders?.map(\.value) == ["sha256=02"])
    #expect(try await test.inbox.removeQuarantined([all[0].number]) == 1)
    test.inbox.quarantine(refusedRequest(.invalidSignature, quarantineClass, detail: "same"))
    #expect(try await kept(test).map(\.seenCount) == [1, 1])
    await test.inbox.close()
  }

  /// A forger who knows the body of an authentic request keeps nobody from keeping that.
  @Test(arguments: StoreKind.allCases)
  func equalRequestsOfTwoClassesAreTwo(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    for quarantineClass in QuarantineClass.allCases {
      test.inbox.quarantine(refusedRequest(.invalidSignature, quarantineClass, detail: "same"))
    }
    #expect(try await kept(test).map(\.quarantineClass) == QuarantineClass.allCases)
    await test.inbox.close()
  }
}
