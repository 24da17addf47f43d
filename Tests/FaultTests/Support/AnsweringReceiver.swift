import Foundation
import LinqAPI
import LinqEvents
import LinqSandbox
import ReceiverSupport
import TestKit
import Testing

/// A receiver whose one handler answers what it hears, and its files.
struct AnsweringReceiver: Sendable {
  private static let accepted = #"linqhook_events_total{outcome="accepted"}"#

  let folder: TemporaryFolder
  private let configuration: String

  /// - Parameter url: how it reaches Linq, if not directly.
  init(_ linq: AnsweredSandbox, by url: String? = nil) async throws {
    folder = try TemporaryFolder()
    let port = try await FaultRun.freePort()
    let secret = try await linq.subscribe(receiverPort: port)
    try folder.write("secret", secret, mode: 0o600)
    let program = try folder.write("answer", Self.program, mode: 0o755)
    configuration = """
      listen: 127.0.0.1:\(port)
      admin: {listen: 127.0.0.1:0}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.path)/secret]}]
      inbox: {path: \(folder.path)/inbox.db}
      linq: {token: env:LINQ_INTEGRATION_TOKEN, url: "\(url ?? linq.url)", api: \(linq.client.version.rawValue)}
      handlers:
        - {name: archive, type: file, path: \(folder.path)/events.ndjson}
        - name: echo
          type: shell
          command: [\(program)]
          input: text
          reply: actions
          reply_limit: {count: 1000, per: 1s}
          retry: {first: 50ms, max: 500ms}
      """
  }

  /// Each run says something else, so that an answer of two runs shows; every few messages have an answer of two parts.
  /// Linq takes 30 messages a minute, and 20 texts that end in a number from 0 to 19 make 26.
  private static let program = #"""
    #!/bin/sh
    read -r text
    run=$(cat /proc/sys/kernel/random/uuid)
    printf '{"reply":"%s a %s"}\n' "$text" "$run"
    case $text in *[048]) printf '{"reply":"%s b %s"}\n' "$text" "$run" ;; esac

    """#

  private static func answers(to text: String) -> [String] {
    ["0", "4", "8"].contains(text.suffix(1)) ? ["\(text) a", "\(text) b"] : ["\(text) a"]
  }

  @discardableResult
  func run(_ body: @Sendable (RunningReceiver) async throws -> Void) async throws -> Int32 {
    try await withReceiver(
      in: folder,
      configuration: configuration,
      environment: ["LINQ_INTEGRATION_TOKEN": "try"],
      body
    )
  }

  /// Runs it until it has accepted so many events, or there are no more, and kills it; its exit status.
  func killed(after count: Int, _ linq: AnsweredSandbox) async throws -> Int32 {
    try await run { receiver in
      while try await receiver.figure(Self.accepted) ?? 0 < Double(count), linq.sandbox.report().isPending {
        try Task.checkCancellation()
      }
      try receiver.signal(.kill)
    }
  }

  /// Events that the archive has.
  var acceptedCount: Int { folder.lines("events.ndjson").count }

  /// Waits until the archive has so many events.
  func accepted(_ count: Int) async throws {
    while acceptedCount < count { try await Task.sleep(for: .milliseconds(20)) }
  }

  /// Waits until Linq has nothing more to deliver, and the receiver nothing to do.
  func settle(_ receiver: RunningReceiver, _ linq: AnsweredSandbox) async throws {
    var quiet = 0
    while quiet < 5 {
      try await receiver.settled()
      quiet = linq.sandbox.report().isPending ? 0 : quiet + 1
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Each message has one answer, of one run of the program, in the order in which its chat's events were accepted, and
  /// nothing else has any.
  func check(_ linq: AnsweredSandbox, answersFor count: Int) async throws {
    var expected: [String: [String]] = [:]
    for line in folder.lines("events.ndjson") {
      let view = try MessageView(event: Array(line.utf8))
      guard view.eventType == "message.received", let chat = view.chatID, let text = view.text else {
        continue
      }
      if text.contains("-") { expected[chat, default: []].append(text) }
    }
    #expect(linq.sandbox.report().summary.neverAgain == [], "Linq has given up on these.")
    #expect(expected.values.reduce(0) { $0 + $1.count } == count)
    for (chat, texts) in expected {
      let sent = try await linq.answers(inChat: chat).map { $0.split(separator: " ").map(String.init) }
      #expect(
        sent.map { $0.prefix(2).joined(separator: " ") } == texts.flatMap(Self.answers),
        "chat \(chat)"
      )
      for (text, parts) in Dictionary(grouping: sent, by: \.first) {
        #expect(Set(parts.map(\.last)).count == 1, "The answer to \(text ?? "") is of two runs: \(parts)")
      }
    }
  }
}
