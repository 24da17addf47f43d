import LinqEvents
import LinqhookAuthentication
import LinqhookConfiguration
import LinqhookInbox
import Testing

@testable import LinqhookDaemon

/// Refused requests of a running receiver.
@Suite(.timeLimit(.minutes(1))) struct QuarantineControlTests {
  private func keep(_ body: [UInt8], secret: String, in operated: OperatedReceiver) async throws {
    let signer = try SignatureSigner(scheme: .v2, secret: try Secret(secret))
    operated.receiver.inbox.quarantine(
      QuarantinedRequest(
        receivedAtMilliseconds: WallClock.milliseconds(),
        reason: .invalidSignature,
        detail: "no configured secret gives this signature",
        quarantineClass: .mismatched,
        remote: "192.0.2.1",
        path: "/webhooks/linq",
        query: nil,
        headers: signer.headers(eventID: "x", timestampSeconds: 1, body: body.span)
          .map { QuarantinedRequest.Field(name: $0.name, value: $0.value) },
        body: body
      )
    )
  }

  private func kept(_ count: Int, _ depth: Depth, _ operated: OperatedReceiver) async throws -> Answer {
    try await operated.ask(depth, "/api/quarantine") { $0.list("requests").count == count }
  }

  @Test(arguments: Depth.allCases)
  func aRequestIsShownWholeAndDropped(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver()
    try await keep(Array(#"{"a":1}"#.utf8), secret: "wrong", in: operated)
    try await keep([0xff, 0x00], secret: "wrong", in: operated)
    let list = try await kept(2, depth, operated)
    let numbers = list.list("requests").compactMap { $0[member: "number"]?.integer }
    #expect(list.list("requests").allSatisfy { $0[member: "body"] == nil && $0[member: "headers"] == nil })

    let text = try await operated.ask(depth, "GET", "/api/quarantine/\(numbers[0])")
    #expect(text.body[member: "body"]?.string == #"{"a":1}"#)
    #expect(text.list("headers").first?[member: "name"]?.string == "X-Webhook-Signature")
    let binary = try await operated.ask(depth, "GET", "/api/quarantine/\(numbers[1])")
    #expect(binary.body[member: "body_base64"]?.string == "/wA=")

    #expect(try await operated.ask(depth, "DELETE", "/api/quarantine/\(numbers[0])").status == 200)
    let left = try await kept(1, depth, operated).list("requests")
    #expect(left.map { $0[member: "number"]?.integer } == [numbers[1]])
    await operated.stop()
  }

  @Test(arguments: Depth.allCases)
  func reverifyGoesByTheSecretsOfTheLastReload(_ depth: Depth) async throws {
    let operated = try await OperatedReceiver()
    try await keep(OperatedReceiver.body("late"), secret: "tomorrow", in: operated)
    try await keep(OperatedReceiver.body("forged"), secret: "never", in: operated)
    _ = try await kept(2, depth, operated)
    let before = try await operated.ask(depth, "POST", "/api/quarantine/reverify")
    let outcomes = before.list("results").map { $0[member: "outcome"]?.string }
    #expect(outcomes == ["invalid_signature", "invalid_signature"])

    var changed = operated.settings
    changed.endpoints[0].secrets.append(OperatedReceiver.configured("tomorrow"))
    try await operated.receiver.reload(changed)
    let after = try await operated.ask(depth, "POST", "/api/quarantine/reverify")
    #expect(after.list("results").map { $0[member: "outcome"]?.string } == ["accepted", "invalid_signature"])
    #expect(await operated.handler.next() == ["late"])
    _ = try await kept(1, depth, operated)

    try await keep(OperatedReceiver.body("late"), secret: "tomorrow", in: operated)
    _ = try await kept(2, depth, operated)
    let again = try await operated.ask(depth, "POST", "/api/quarantine/reverify")
    #expect(
      again.list("results").map { $0[member: "outcome"]?.string } == ["invalid_signature", "duplicate"]
    )
    _ = try await kept(1, depth, operated)
    await operated.stop()
  }
}
