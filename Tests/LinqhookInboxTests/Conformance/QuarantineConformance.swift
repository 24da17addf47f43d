import InboxTestKit
import LinqhookInbox
import Testing

@Suite struct QuarantineConformance {
  /// The details of what is kept, once what was given before the removal was written.
  private func details(_ test: TestInbox) async throws -> [String] {
    _ = try await test.inbox.removeQuarantined([])
    return try await test.inbox.quarantined(after: 0, limit: 100).map(\.detail)
  }

  @Test(arguments: StoreKind.allCases)
  func keepsARequestWhole(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    var request = refusedRequest(.staleTimestamp, detail: "6 minutes old")
    test.inbox.quarantine(request)
    #expect(try await details(test) == ["6 minutes old"])
    request.number = 1
    #expect(try await test.inbox.quarantined(number: 1) == request)
    #expect(try await test.inbox.quarantined(number: 2) == nil)
    #expect(test.inbox.statistics.quarantineEntries == 1)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func aLowerClassGivesWayAndNeverDisplacesAHigherOne(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxQuarantineEntries = 3 }
    test.inbox.quarantine(refusedRequest(.staleTimestamp, detail: "authentic 1"))
    test.inbox.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: "mismatched 1"))
    test.inbox.quarantine(refusedRequest(.invalidSignature, detail: "unsigned 1"))
    test.inbox.quarantine(refusedRequest(.invalidSignature, detail: "unsigned 2"))
    #expect(try await details(test) == ["authentic 1", "mismatched 1", "unsigned 2"])
    test.inbox.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: "mismatched 2"))
    test.inbox.quarantine(refusedRequest(.invalidSignature, detail: "unsigned 3"))
    #expect(try await details(test) == ["authentic 1", "mismatched 1", "mismatched 2"])
    test.inbox.quarantine(refusedRequest(.unusableEvent, detail: "authentic 2"))
    test.inbox.quarantine(refusedRequest(.tooOldToDeduplicate, detail: "authentic 3"))
    #expect(try await details(test) == ["authentic 1", "authentic 2", "authentic 3"])
    test.inbox.quarantine(refusedRequest(.invalidSignature, .mismatched, detail: "mismatched 3"))
    #expect(try await details(test) == ["authentic 1", "authentic 2", "authentic 3"])
    #expect(test.inbox.statistics.quarantineDropped == 2)
    test.inbox.quarantine(refusedRequest(.unknownPath, detail: "authentic 4"))
    #expect(try await details(test) == ["authentic 2", "authentic 3", "authentic 4"])
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func isBoundedInBytes(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind) { $0.maxQuarantineBytes = 5000 }
    test.inbox.quarantine(refusedRequest(.invalidSignature, detail: "too large", bodySize: 6000))
    for number in 1...4 {
      test.inbox.quarantine(refusedRequest(.invalidSignature, detail: "\(number)", bodySize: 2000))
    }
    #expect(try await details(test) == ["3", "4"])
    #expect(test.inbox.statistics.quarantineDropped == 1)
    await test.inbox.close()
  }

  @Test(arguments: StoreKind.allCases)
  func removesWhatIsThereAndPages(_ kind: StoreKind) async throws {
    let test = try await TestInbox(kind)
    for number in 1...4 { test.inbox.quarantine(refusedRequest(.staleTimestamp, detail: "\(number)")) }
    #expect(try await details(test) == ["1", "2", "3", "4"])
    #expect(try await test.inbox.quarantined(after: 1, limit: 2).map(\.number) == [2, 3])
    #expect(try await test.inbox.removeQuarantined([2, 3, 3, 99]) == 2)
    #expect(try await details(test) == ["1", "4"])
    #expect(test.inbox.statistics.quarantineEntries == 2)
    await test.inbox.close()
  }
}
