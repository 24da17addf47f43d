import Ingress
import LinqEvents
import LinqhookInbox
import Testing

/// The name that each request has in its answer and in the log.
@Suite struct RequestNameTests {
  @Test(arguments: Depth.allCases)
  func theNameOfARequestIsTakenWhenItIsSaneAndMadeOtherwise(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let good = try Signed.post(Signed.message(id: "evt_1"))
    var forged = good
    forged.body.append(0x20)
    var elsewhere = good
    elsewhere.target = "/elsewhere"
    for post in [good, good, forged, elsewhere] {
      var named = post
      named.headers.append(("X-Request-Id", "proxy/7f:3-a"))
      #expect(try await receiver.send(named).headers["x-request-id"] == "proxy/7f:3-a")
    }
    // The forged one, and the one to an unknown path.
    #expect(receiver.refusals.all.map(\.requestID) == ["proxy/7f:3-a", "proxy/7f:3-a"])
    var made: Set<String> = []
    for insane in ["two words", "\u{201c}quoted\u{201d}", "a\"b", String(repeating: "x", count: 129)] {
      var named = good
      named.headers.append(("X-Request-Id", insane))
      made.insert(try #require(await receiver.send(named).headers["x-request-id"]))
    }
    made.insert(try #require(await receiver.send(good).headers["x-request-id"]))
    #expect(made.count == 5)
    #expect(made.allSatisfy { $0.utf8.allSatisfy { (0x21..<0x7F).contains($0) } })
    await receiver.stop()
  }

  /// Who sends two requests shall not learn how many others came between.
  @Test(arguments: Depth.allCases)
  func madeNamesDoNotCount(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth)
    let post = try Signed.post(Signed.message(id: "evt_1"))
    var made: [String] = []
    for _ in 0..<40 { made.append(try #require(await receiver.send(post).headers["x-request-id"])) }
    #expect(Set(made).count == 40)
    // Numbers would begin alike, and so would numbers that were shifted or turned round.
    #expect(Set(made.map { $0.prefix(3) }).count > 30)
    #expect(Set(made.map { $0.suffix(3) }).count > 30)
    #expect(made != made.sorted())
    await receiver.stop()
  }

  @Test(arguments: Depth.allCases)
  func aRequestThatIsRefusedUnreadIsNamedAndTold(_ depth: Depth) async throws {
    let receiver = try ReceiverUnderTest(depth) { $0.maxBodyBytes = 16 }
    var post = try Signed.post(Signed.message(id: "evt_1"))
    post.headers.append(("X-Request-Id", "long-1"))
    let long = try await receiver.send(post)
    #expect(long.status == 413)
    #expect(long.headers["x-request-id"] == "long-1")
    var expected = [EarlyRejection.Reason.bodyTooLarge]
    if depth == .overASocket {
      post.headers.append(("X-Big", String(repeating: "v", count: 20_000)))
      #expect(try await receiver.send(post).headers["x-request-id"] == "long-1")
      post.headers = [("Host", "a@b"), ("X-Request-Id", "broken-1")]
      #expect(try await receiver.send(post).headers["x-request-id"] == "broken-1")
      expected += [.headersTooLarge, .brokenFraming]
    }
    #expect(receiver.refusals.unread.map(\.reason) == expected)
    #expect(receiver.refusals.unread.allSatisfy { $0.path == "/webhooks/linq" })
    await receiver.stop()
  }
}
