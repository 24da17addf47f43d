import Foundation
import ReceiverSupport
import TestKit
import Testing

/// Two parties with a path and a secret each, at the built program.
@Suite(.timeLimit(.minutes(3))) struct EndpointTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func configuration(_ endpoints: String) -> String {
    """
    listen: 127.0.0.1:0
    admin: {listen: off}
    endpoints: [\(endpoints)]
    inbox: {path: \(folder.file("inbox.db")), dedup: {max_entries: 1000}}
    handlers: [{name: archive, type: file, path: \(folder.file("events.ndjson"))}]
    """
  }

  private static let separate =
    "{path: /a, secrets: [secret-of-the-first-one]}, {path: /b, secrets: [secret-of-the-other-one]}"

  private func send(
    _ path: String,
    _ secret: String,
    to receiver: RunningReceiver,
    _ arguments: String
  ) async throws -> String {
    try await Program.shell(
      "linqhook send 'http://\(receiver.address)\(path)' --secret '\(secret)' \(arguments) 2>&1"
    ).output
  }

  @Test func anIdThatOnePartySentFirstIsTakenFromTheOtherToo() async throws {
    try await withReceiver(in: folder, configuration: configuration(Self.separate)) { receiver in
      let first = try await send(
        "/a",
        "secret-of-the-first-one",
        to: receiver,
        "--id shared --event message.received"
      )
      #expect(first.contains("accepted"))
      for scheme in ["v2", "v3"] {
        let arguments = "--id shared --event message.received --scheme \(scheme)"
        let other = try await send("/b", "secret-of-the-other-one", to: receiver, arguments)
        #expect(other.contains(scheme == "v2" ? "accepted" : "duplicate"))
      }
    }
  }
}
