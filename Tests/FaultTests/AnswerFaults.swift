import Foundation
import LinqAPI
import LinqEvents
import LinqSandbox
import ReceiverSupport
import TestKit
import Testing

extension Faults {
  /// An answer is sent once, in the order of its chat, or stands in the dead letters: with everything real, under kills,
  /// while Linq refuses some sends and loses its answer to others.
  @Suite struct AnswerFaults {
    /// Messages from 20 in each chat on would meet the limit of 30 a minute, which has a test of its own.
    private static let messagesPerChat = 20
    private static let accepted = #"linqhook_events_total{outcome="accepted"}"#

    @Test(arguments: [APIVersion.v3, .v2]) func eachMessageIsAnsweredOnceInOrder(version: APIVersion)
      async throws
    {
      var random = FaultPlan.generator("answers \(version.rawValue)")
      let chats = FaultPlan.count("LINQHOOK_ANSWER_CHATS", short: 3, full: 50)
      let kills = FaultPlan.count("LINQHOOK_ANSWER_KILLS", short: 8, full: 100)
      let seed = UInt64.random(in: 1...1_000_000, using: &random)
      try await AnsweredSandbox.run(version, seed: seed, faultShare: 0.05) { linq in
        let bot = try await Bot(linq)
        let writing = Task { try await write(to: linq, chats: chats) }
        let step = chats * Self.messagesPerChat * 2 / kills
        for _ in 0..<kills where bot.acceptedCount < chats * Self.messagesPerChat * 3 / 2 {
          let count = Double(Int.random(in: 0...step, using: &random))
          let status = try await bot.receiver { receiver in
            while try await receiver.figure(Self.accepted) ?? 0 < count, linq.sandbox.report().isPending {
              try Task.checkCancellation()
            }
            try receiver.signal(.kill)
          }
          #expect(status == 128 + 9)
        }
        try await writing.value
        try await bot.receiver { receiver in
          try await bot.settle(receiver, linq)
          // Linq lets nothing through from here on, so it comes last.
          for chat in 0..<chats { try await linq.write(from: chat, "STOP") }
          try await bot.settle(receiver, linq)
        }
        try await bot.check(linq, answersFor: chats * Self.messagesPerChat)
      }
    }

    private func write(to linq: AnsweredSandbox, chats: Int) async throws {
      for number in 0..<Self.messagesPerChat {
        for chat in 0..<chats { try await linq.write(from: chat, "\(chat)-\(number)") }
      }
      // V2 does not say that a message was recovered.
      guard linq.client.version == .v3 else { return }
      for chat in 0..<chats { try await linq.write(from: chat, "recovered", reconciled: true) }
    }
  }
}

/// A receiver whose one handler says what it hears, and its files.
private struct Bot {
  let folder: TemporaryFolder
  let configuration: String

  init(_ linq: AnsweredSandbox) async throws {
    folder = try TemporaryFolder()
    let port = try await FaultRun.freePort()
    let secret = try await linq.subscribe(receiverPort: port)
    try folder.write("secret", secret, mode: 0o600)
    configuration = """
      listen: 127.0.0.1:\(port)
      admin: {listen: 127.0.0.1:0}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.path)/secret]}]
      inbox: {path: \(folder.path)/inbox.db}
      linq: {token: env:LINQ_INTEGRATION_TOKEN, url: "\(linq.url)", api: \(linq.client.version.rawValue)}
      handlers:
        - {name: archive, type: file, path: \(folder.path)/events.ndjson}
        - name: echo
          type: shell
          command: [/bin/cat]
          input: text
          reply: text
          reply_limit: {count: 1000, per: 1s}
          retry: {first: 50ms, max: 500ms}
      """
  }

  @discardableResult
  func receiver(_ body: @Sendable (RunningReceiver) async throws -> Void) async throws -> Int32 {
    try await withReceiver(
      in: folder,
      configuration: configuration,
      environment: ["LINQ_INTEGRATION_TOKEN": "try"],
      body
    )
  }

  /// Events that the archive has.
  var acceptedCount: Int { folder.lines("events.ndjson").count }

  /// Waits until Linq has nothing more to deliver, and the receiver nothing to do.
  func settle(_ receiver: RunningReceiver, _ linq: AnsweredSandbox) async throws {
    var quiet = 0
    while quiet < 5 {
      try await receiver.settled()
      quiet = linq.sandbox.report().isPending ? 0 : quiet + 1
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Each message has one answer, in the order in which its chat's events were accepted, and nothing else has any.
  func check(_ linq: AnsweredSandbox, answersFor count: Int) async throws {
    var expected: [String: [String]] = [:]
    for line in folder.lines("events.ndjson") {
      let view = try MessageView(event: Array(line.utf8))
      guard view.eventType == "message.received", let chat = view.chatID, let text = view.text else {
        continue
      }
      if text.contains("-") { expected[chat, default: []].append(text) }
    }
    #expect(expected.values.reduce(0) { $0 + $1.count } == count)
    for (chat, texts) in expected {
      let answers = try await linq.answers(inChat: chat)
      #expect(answers == texts, "chat \(chat)")
    }
  }
}
