import Foundation
import MicroHTTP
import Subprocess
import Synchronization
import Testing

/// The promise that matters most, with everything real: the program, its kill, its store, its file, a hook and
/// an HTTP target. `LINQHOOK_KILLS` makes it longer.
@Suite struct KillTests {
  private static let kills = ProcessInfo.processInfo.environment["LINQHOOK_KILLS"].flatMap { Int($0) } ?? 8

  @Test func nothingAcknowledgedIsLostDoubledTornOrReorderedByKills() async throws {
    let folder = try TemporaryFolder()
    let target = try RecordingTarget()
    let port = try await freePort(folder)
    let configuration = try configuration(folder, port: port, target: target.url)
    let poster = try Poster(url: "http://127.0.0.1:\(port)/webhooks/linq", secret: "test_secret", chats: 64)
    let posting = Task { await poster.run() }
    for _ in 0..<Self.kills {
      let status = try await withReceiver(in: folder, configuration: configuration) { receiver in
        await poster.more(.random(in: 1...400))
        try receiver.signal(.kill)
      }
      #expect(status == 128 + 9)
    }
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      poster.stop()
      await posting.value
      try await receiver.settled()
    }
    await target.stop()
    check(folder, poster.acknowledged, forwarded: target.ids)
  }

  private func check(_ folder: TemporaryFolder, _ acknowledged: [[String]], forwarded: Set<String>) {
    let text = folder.read("events.ndjson")
    #expect(text.hasSuffix("}\n"))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let filed = lines.map { line in line.wholeMatch(of: Self.line).map { (id: String($0.1), chat: $0.2) } }
    #expect(!filed.contains { $0 == nil }, "A line is torn.")
    for (chat, ids) in acknowledged.enumerated() {
      #expect(filed.compactMap { $0 }.filter { $0.chat == "\(chat)" }.map(\.id) == ids)
    }
    let messages = Set(
      acknowledged.flatMap { chat in chat.enumerated().filter { $0.offset % 20 == 0 }.map(\.element) }
    )
    #expect(messages.subtracting(folder.lines("hook.log")).isEmpty, "The hook has missed events.")
    #expect(messages.subtracting(forwarded).isEmpty, "The HTTP target has missed events.")
  }

  private static var line: Regex<(Substring, Substring, Substring)> {
    #/\{"api_version":"v2","event_id":"([^"]+)","event_type":"[a-z.]+","data":\{"chat_id":"(\d+)"\}\}/#
  }

  private func configuration(_ folder: TemporaryFolder, port: Int, target: String) throws -> String {
    let hook = try folder.write(
      "hook",
      "#!/bin/sh\nprintf '%s\\n' \"$LINQ_EVENT_ID\" >>'\(folder.file("hook.log"))'\n",
      isExecutable: true
    )
    return """
      listen: 127.0.0.1:\(port)
      admin: {listen: 127.0.0.1:0}
      endpoints: [{path: /webhooks/linq, secrets: [test_secret]}]
      inbox: {path: \(folder.file("inbox.db"))}
      handlers:
        - {name: archive, type: file, path: \(folder.file("events.ndjson"))}
        - {name: reply, type: shell, command: [\(hook)], events: [message.received]}
        - {name: crm, type: http, url: "\(target)", events: [message.received]}
      """
  }

  /// A port that was free a moment ago: the receiver must come back on the same one.
  private func freePort(_ folder: TemporaryFolder) async throws -> Int {
    let outcome = try await Program.shell(
      "python3 -c 'import socket; s = socket.socket(); s.bind((\"127.0.0.1\", 0)); print(s.getsockname()[1])'"
    )
    return try #require(Int(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)))
  }
}

/// An HTTP target that remembers the ids it was sent.
private final class RecordingTarget: Sendable {
  private final class Memory: Sendable {
    let ids = Mutex<Set<String>>([])
  }

  private let memory = Memory()
  private let server: HTTPServer

  init() throws {
    server = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)]),
      service: HTTPClosureService { [memory] request in
        if let id = request.header("Idempotency-Key") { memory.ids.withLock { _ = $0.insert(id) } }
        return HTTPResponse(status: 200, json: "{}")
      },
      onDiagnostic: { _ in }
    )
  }

  var url: String { "http://\(server.boundAddresses.map(\.description).joined())/" }
  var ids: Set<String> { memory.ids.withLock { $0 } }
  func stop() async { await server.stop(deadlineSeconds: 1) }
}
