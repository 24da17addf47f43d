import ReceiverSupport
import Testing

extension Faults {
  /// Clients that are slow, deaf or gone, and more events than can be taken.
  @Suite struct ClientFaults {
    private static let limits = "limits: {connections: 3000, request_timeout: 4s, idle_timeout: 4s}"

    @Test(
      .timeLimit(.minutes(5)),
      arguments: [ClientCrowd.Manner.idle, .headerByByte, .bodyByByte]
    )
    func slowClientsAreCutAndGoodOnesServedMeanwhile(_ manner: ClientCrowd.Manner) async throws {
      let run = try await FaultRun(settings: Self.limits)
      let count = FaultPlan.count("LINQHOOK_SLOW_CLIENTS", short: 200, full: 1000)
      let posting = Task { await run.poster.run() }
      try await run.receiver { receiver in
        let before = run.poster.acknowledgedCount
        let crowd = try await ClientCrowd.visit(port: run.port, count: count, manner, seconds: 30)
        #expect(crowd.closedCount == count, "No client holds a connection past its deadline.")
        #expect(run.poster.acknowledgedCount > before + 100, "Good clients are served meanwhile.")
        try await run.drained(receiver, posting)
      }
      try await run.check()
    }

    /// A few: the kernel takes megabytes of answers for each of them before the receiver notices.
    @Test(.timeLimit(.minutes(5))) func clientsThatNeverReadAreCut() async throws {
      let run = try await FaultRun(settings: Self.limits)
      let count = FaultPlan.count("LINQHOOK_DEAF_CLIENTS", short: 3, full: 10)
      let posting = Task { await run.poster.run() }
      try await run.receiver { receiver in
        let crowd = try await ClientCrowd.visit(port: run.port, count: count, .neverReading, seconds: 200)
        #expect(crowd.closedCount == count)
        try await run.drained(receiver, posting)
      }
      try await run.check()
    }

    @Test(.timeLimit(.minutes(3)), arguments: [ClientCrowd.Manner.halfClosing, .cutting])
    func clientsThatHangUpLeaveNothingBehind(_ manner: ClientCrowd.Manner) async throws {
      let run = try await FaultRun(settings: Self.limits)
      let count = FaultPlan.count("LINQHOOK_SLOW_CLIENTS", short: 200, full: 1000)
      let posting = Task { await run.poster.run() }
      try await run.receiver { receiver in
        let crowd = try await ClientCrowd.visit(port: run.port, count: count, manner, seconds: 20)
        #expect(crowd.closedCount == count)
        try await run.poster.more(100)
        try await run.drained(receiver, posting)
      }
      try await run.check()
    }

    /// A handler that takes half of what comes in: the backlog fills, then events are shed.
    @Test(.timeLimit(.minutes(5))) func beyondItsCapacityItShedsWith503AndKeepsWhatItTook() async throws {
      let run = try await FaultRun(
        chats: 128,
        handlers: ["{name: slow, type: shell, command: [/bin/sleep, '0.02'], concurrency: 4}"],
        // Low, so that it is reached soon.
        maxPending: 200
      )
      let posting = Task { await run.poster.run() }
      try await run.receiver { receiver in
        try await run.poster.more(1, of: 503)
        try await run.poster.more(FaultPlan.count("LINQHOOK_OVERLOAD", short: 100, full: 1000))
        try await run.drained(receiver, posting)
      }
      try await run.check()
    }
  }
}
