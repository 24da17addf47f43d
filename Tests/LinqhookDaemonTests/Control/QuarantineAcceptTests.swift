import LinqEvents
import LinqhookAuthentication
import LinqhookConfiguration
import LinqhookInbox
import SQLiteInbox
import Synchronization
import TestKit
import Testing

@testable import LinqhookDaemon

/// What was refused as too old is let in on the operator's word, and nothing else is.
@Suite(.timeLimit(.minutes(1))) struct QuarantineAcceptTests {
  /// A folder with the inbox of a receiver that has forgotten ids up to an hour ago.
  private func folderThatForgot() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let settings = OperatedReceiver.settings(folder)
    var limits = InboxLimits(settings)
    limits.maxDedupEntries = 1
    let passed = Mutex<Int64>(0)
    let clock = InboxClock(
      wallMilliseconds: { WallClock.milliseconds() + passed.withLock { $0 } },
      monotonicMilliseconds: { 1000 + passed.withLock { $0 } }
    )
    let inbox = try SQLiteInbox.open(
      SQLiteStorage(settings.inbox),
      limits: limits,
      endpoints: try EndpointKeys.all(in: settings),
      clock: clock
    ) { _ in }
    let body = body("known", hoursAgo: 1)
    _ = await inbox.accept(try event("forgotten", hoursAgo: 1))
    passed.withLock { $0 = 51 * 60_000 }
    _ = await inbox.accept(try event("known", hoursAgo: 1))
    for (id, secret) in [("lost", OperatedReceiver.secret), ("forged", "never")] {
      inbox.quarantine(try refused(self.body(id, hoursAgo: 2), secret, .tooOldToDeduplicate))
    }
    inbox.quarantine(try refused(body, OperatedReceiver.secret, .tooOldToDeduplicate))
    inbox.quarantine(try refused(Array("[]".utf8), OperatedReceiver.secret, .unusableEvent))
    inbox.quarantine(
      try refused(self.body("moved", hoursAgo: 2), OperatedReceiver.secret, .tooOldToDeduplicate, "/gone")
    )
    try await inbox.removeQuarantined([])
    await inbox.close()
    return folder
  }

  private func body(_ id: String, hoursAgo: Int64) -> [UInt8] {
    let made = JSONValue(instant: WallClock.milliseconds() - hoursAgo * 3_600_000).string ?? ""
    return Array(
      #"{"event_type":"message.received","event_id":"\#(id)","created_at":"\#(made)","data":{"chat_id":"7"}}"#
        .utf8
    )
  }

  private func event(_ id: String, hoursAgo: Int64) throws -> InboundEvent {
    let body = body(id, hoursAgo: hoursAgo)
    return InboundEvent(
      eventID: id,
      envelope: try EventEnvelope.read(body),
      source: nil,
      receivedAtMilliseconds: WallClock.milliseconds(),
      endpoint: "/webhooks/linq",
      freshness: .createdAt,
      payload: body
    )
  }

  private func refused(
    _ body: [UInt8],
    _ secret: String,
    _ reason: RefusalReason,
    _ path: String = "/webhooks/linq"
  ) throws -> QuarantinedRequest {
    let signer = try SignatureSigner(scheme: .v2, secret: try Secret(secret))
    return QuarantinedRequest(
      receivedAtMilliseconds: WallClock.milliseconds(),
      reason: reason,
      detail: "",
      quarantineClass: .authentic,
      remote: "192.0.2.1",
      path: path,
      query: nil,
      headers: signer.headers(eventID: "x", timestampSeconds: 1, body: body.span)
        .map { QuarantinedRequest.Field(name: $0.name, value: $0.value) },
      body: body
    )
  }

  /// Every request of the folder in the order in which it is kept; `ask` answers for one number.
  private func check(_ ask: (Int) async throws -> Answer) async throws {
    #expect(try await ask(1).body[member: "outcome"]?.string == "accepted")
    #expect(try await ask(1).status == 404)
    let forged = try await ask(2)
    #expect(forged.error == "not_acceptable")
    #expect(
      forged.body[member: "detail"]?.string?.contains("None of today's secrets verifies request 2") == true
    )
    #expect(try await ask(3).body[member: "outcome"]?.string == "duplicate")
    #expect(try await ask(4).body[member: "detail"]?.string?.contains("no usable event") == true)
    #expect(try await ask(5).body[member: "detail"]?.string?.contains("No endpoint has the path") == true)
    #expect(try await ask(9).status == 404)
  }

  @Test(arguments: Depth.allCases)
  func aRunningReceiverHandsOnWhatTheOperatorAccepts(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver(folder: folderThatForgot())
    let reverified = try await operated.ask(depth, "POST", "/api/quarantine/reverify")
    #expect(
      reverified.list("results").map { $0[member: "outcome"]?.string }
        == ["too_old", "invalid_signature", "duplicate", "unusable", "no_endpoint"]
    )
    // Reverifying took the duplicate out.
    #expect(try await operated.ask(depth, "POST", "/api/quarantine/3/accept").status == 404)
    #expect(try await operated.ask(depth, "POST", "/api/quarantine/1/accept").status == 200)
    #expect(await operated.handler.next() == ["lost"])
    await operated.stop()
  }

  @Test func eachOtherRequestIsRefusedWithASentence() async throws {
    let operated = try await OperatedReceiver(folder: folderThatForgot())
    try await check { try await operated.ask(.inProcess, "POST", "/api/quarantine/\($0)/accept") }
    await operated.stop()
  }

  @Test func aStoppedReceiverDoesTheSame() async throws {
    let folder = try await folderThatForgot()
    let stopped = try StoppedReceiver(OperatedReceiver.settings(folder), verifies: true) { _ in }
    try await check { number in
      let answer = await stopped.respond(method: "POST", target: "/api/quarantine/\(number)/accept")
      return try Answer(status: answer.status, bytes: answer.body)
    }
    await stopped.close()
  }
}
