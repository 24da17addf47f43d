import LinqAPI
import LinqSandbox
import ReceiverSupport
import TestKit
import Testing

extension Faults {
  /// An answer is sent once, in the order of its chat, or is a dead letter: with everything real, under kills, while Linq
  /// refuses some sends and loses its answer to others, and while Linq is gone.
  @Suite struct AnswerFaults {
    /// Messages from 20 in each chat on would meet the limit of 30 a minute, which has a test of its own.
    private static let messagesPerChat = 20

    @Test(arguments: [APIVersion.v3, .v2]) func eachMessageIsAnsweredOnceInOrder(version: APIVersion)
      async throws
    {
      var random = FaultPlan.generator("answers \(version.rawValue)")
      let chats = FaultPlan.count("LINQHOOK_ANSWER_CHATS", short: 3, full: 50)
      let kills = FaultPlan.count("LINQHOOK_ANSWER_KILLS", short: 8, full: 100)
      let seed = UInt64.random(in: 1...1_000_000, using: &random)
      let timeScale = Double(FaultPlan.count("LINQHOOK_ANSWER_TIME_SCALE", short: 60, full: 10))
      try await AnsweredSandbox.run(version, seed: seed, faultShare: 0.05, timeScale: timeScale) { linq in
        let bot = try await AnsweringReceiver(linq)
        let writing = Task { try await write(to: linq, 0..<Self.messagesPerChat, chats: chats) }
        let step = max(1, chats * Self.messagesPerChat / kills)
        for _ in 0..<kills {
          let status = try await bot.killed(after: Int.random(in: 0...step, using: &random), linq)
          #expect(status == 128 + 9)
        }
        print("\(kills) kills, the last with \(bot.acceptedCount) events in the archive")
        try await writing.value
        // V2 does not say that a message was recovered.
        if version == .v3 {
          for chat in 0..<chats { try await linq.write(from: chat, "recovered", reconciled: true) }
        }
        try await bot.run { receiver in
          try await bot.settle(receiver, linq)
          // Linq lets nothing through from here on, so it comes last.
          for chat in 0..<chats { try await linq.write(from: chat, "STOP") }
          try await bot.settle(receiver, linq)
        }
        try await bot.check(linq, answersFor: chats * Self.messagesPerChat)
      }
    }

    /// Events go on being accepted, answers wait on disk, memory stays flat, and then each is sent once and in order.
    @Test(.programs("python3")) func answersWaitWhileLinqIsGone() async throws {
      var random = FaultPlan.generator("outage")
      let chats = FaultPlan.count("LINQHOOK_ANSWER_CHATS", short: 12, full: 50)
      // With more than eight chats the handler probes: after ten times with growing pauses.
      let failures = FaultPlan.count("LINQHOOK_OUTAGE_FAILURES", short: 10, full: 20)
      let seed = UInt64.random(in: 1...1_000_000, using: &random)
      try await AnsweredSandbox.run(.v3, seed: seed, faultShare: 0.05) { linq in
        let relay = try await Relay(toPort: linq.port)
        let bot = try await AnsweringReceiver(linq, by: relay.url)
        try await relay.opened {
          try await bot.run { receiver in
            try await write(to: linq, 0..<2, chats: chats)
            try await bot.settle(receiver, linq)
          }
        }
        let before = try await sentCount(linq)
        let writing = Task { try await write(to: linq, 2..<Self.messagesPerChat, chats: chats) }
        let status = try await bot.killed(after: chats * Self.messagesPerChat / 3, linq)
        #expect(status == 128 + 9)
        try await bot.run { receiver in
          let early = try receiver.residentBytes()
          try await writing.value
          // Those that were answered have a second event, of what was sent.
          try await bot.accepted(before + chats * Self.messagesPerChat)
          let retried = #"linqhook_handler_deliveries_total{handler="echo",result="retried"}"#
          while try await receiver.figure(retried) ?? 0 < Double(failures) {
            try await Task.sleep(for: .milliseconds(50))
          }
          #expect(try await sentCount(linq) == before)
          #expect(try await receiver.figure(#"linqhook_dead_letters{handler="echo"}"#) == 0)
          let late = try receiver.residentBytes()
          print(
            "\(chats * Self.messagesPerChat) messages while Linq was gone: \(early) to \(late) bytes resident"
          )
          #expect(late - early < 32 << 20)
          try await relay.opened { try await bot.settle(receiver, linq) }
        }
        try await bot.check(linq, answersFor: chats * Self.messagesPerChat)
      }
    }

    private func write(to linq: AnsweredSandbox, _ numbers: Range<Int>, chats: Int) async throws {
      for number in numbers {
        for chat in 0..<chats { try await linq.write(from: chat, "\(chat)-\(number)") }
      }
    }

    /// What has been sent into all chats together.
    private func sentCount(_ linq: AnsweredSandbox) async throws -> Int {
      let report = linq.sandbox.report()
      return report.deliveries.filter { $0.eventType == "message.sent" }.count
    }
  }
}
