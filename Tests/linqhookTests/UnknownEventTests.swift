import Foundation
import ReceiverSupport
import TestKit
import Testing

/// Events that are newer than this version of linqhook.
@Suite(.timeLimit(.minutes(2))) struct UnknownEventTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("secret", "unknown-secret-0123456789")
    try folder.write("other", "another-secret-0123456789")
  }

  private func configuration(secret: String) -> String {
    """
    listen: 127.0.0.1:0
    admin: {listen: 127.0.0.1:0}
    inbox: {path: \(folder.file("inbox.db"))}
    endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file(secret))]}]
    handlers: [{name: archive, type: file, path: \(folder.file("events.ndjson")), sync: always}]
    """
  }

  private static func event(
    _ id: String,
    type: String,
    version: String = "2026-02-03",
    data: String = #"{"chat":{"id":"c1"},"id":"m1"}"#
  ) -> String {
    #"{"api_version":"v3","webhook_version":"\#(version)","event_type":"\#(type)","event_id":"\#(id)","#
      + #""created_at":"2026-11-30T09:14:02Z","trace_id":"t","partner_id":"p","data":\#(data)}"#
  }

  private func send(_ event: String, to receiver: RunningReceiver, status: Int = 200) async throws {
    try folder.write("body", event)
    let outcome = try await Program.shell(
      "linqhook send \(receiver.url) --secret-file '\(folder.file("secret"))' '\(folder.file("body"))' || true"
    )
    #expect(outcome.output.hasPrefix("\(status) "), "\(outcome)")
  }

  /// The counters in the order type, version, shape.
  private func counts(_ receiver: RunningReceiver) async throws -> [Int?] {
    let page = try await Program.shell("curl -s http://\(receiver.adminAddress)/metrics").output
    return ["type", "version", "shape"].map { what in
      page.split(separator: "\n").first { $0.hasPrefix("linqhook_events_unknown_total{what=\"\(what)\"} ") }
        .flatMap { $0.split(separator: " ").last }.flatMap { Int($0) }
    }
  }

  @Test func whatIsNotKnownIsHandedOnCountedAndLoggedOnceForEachKind() async throws {
    try await withReceiver(in: folder, configuration: configuration(secret: "secret")) { receiver in
      try await send(Self.event("known", type: "message.received"), to: receiver)
      #expect(try await counts(receiver) == [0, 0, 0])
      try await send(Self.event("t1", type: "hologram.received"), to: receiver)
      try await send(Self.event("t2", type: "hologram.received"), to: receiver)
      try await send(Self.event("v1", type: "message.sent", version: "2031-01-01"), to: receiver)
      try await send(Self.event("s1", type: "message.sent", data: #"{"chat_key":"c1"}"#), to: receiver)
      try await send(Self.event("t2", type: "hologram.received"), to: receiver)
      #expect(try await counts(receiver) == [2, 1, 1])
      try await receiver.settled()
    }
    #expect(folder.lines("events.ndjson").count == 5)
    let lines = folder.lines("receiver.log").filter { $0.contains("it is handed on as any other") }
    #expect(lines.count == 3, "\(lines)")
    for words in ["event_type=hologram.received", "version=2031-01-01", "what=shape"] {
      #expect(lines.count { $0.contains(words) } == 1, "\(words): \(lines)")
    }
  }

  @Test func whatComesFromTheQuarantineIsCountedAsWell() async throws {
    try await withReceiver(in: folder, configuration: configuration(secret: "other")) { receiver in
      try await send(Self.event("t1", type: "hologram.received"), to: receiver, status: 503)
      #expect(try await counts(receiver) == [0, 0, 0])
      try folder.write("other", folder.read("secret"))
      try receiver.signal(.terminalClosed)
      while !folder.read("receiver.log").contains("configuration reloaded") {
        try Task.checkCancellation()
        await Task.yield()
      }
      let review = try await Program.shell(
        "LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))' linqhook quarantine reverify"
      )
      #expect(review.status == 0 && review.output.contains("accepted"), "\(review)")
      #expect(try await counts(receiver) == [1, 0, 0])
    }
    #expect(folder.read("receiver.log").contains("event_type=hologram.received"))
  }
}
