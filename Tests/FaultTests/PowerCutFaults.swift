import ReceiverSupport
import Testing

extension Faults {
  /// Power cuts while events come in. What was acknowledged before the cut must be on the disk that is left.
  @Suite struct PowerCutFaults {
    @Test(.loopMounts, .programs("mkfs.btrfs", "mkfs.ext4"))
    func nothingAcknowledgedIsLostByAPowerCutWithDurabilityFull() async throws {
      let cuts = FaultPlan.count("LINQHOOK_CUTS", short: 5, full: 100)
      let broken = try await brokenCuts(of: cuts, durability: "full")
      #expect(broken == [], "\(broken.count) of \(cuts) cuts")
    }

    /// The control: if this one loses nothing, the cuts above prove nothing.
    @Test(.loopMounts, .programs("mkfs.btrfs", "mkfs.ext4"))
    func durabilityNormalDoesLoseByAPowerCut() async throws {
      let cuts = FaultPlan.count("LINQHOOK_CONTROL_CUTS", short: 5, full: 20)
      let broken = try await brokenCuts(of: cuts, durability: "normal")
      print("durability normal: \(broken.count) of \(cuts) cuts lost acknowledged events")
      #expect(!broken.isEmpty)
    }

    /// What each cut has broken, for those that broke something.
    private func brokenCuts(of count: Int, durability: String) async throws -> [[Violation]] {
      try await LoopDisk.with { disk in
        var random = FaultPlan.generator("power cuts \(durability)")
        let events = (0..<count).map { _ in Int.random(in: 20...400, using: &random) }
        let run = try await FaultRun(state: disk.path, durability: durability)
        let posting = Task { await run.poster.run() }
        let broken = Collected<[Violation]>()
        try await run.receiver { receiver in
          for count in events {
            await run.poster.more(count)
            let violations = try await violations(after: run, disk, durability: durability)
            if !violations.isEmpty { broken.append(violations) }
          }
          try await run.drained(receiver, posting)
        }
        try await run.check()
        return broken.values
      }
    }

    /// Cuts the power, starts a receiver on what is left, and checks it against what was acknowledged before.
    private func violations(after run: FaultRun, _ disk: LoopDisk, durability: String) async throws
      -> [Violation]
    {
      let acknowledged = run.poster.acknowledged
      return try await disk.cut { state in
        let survivor = try await FaultRun(state: state, durability: durability)
        try await survivor.receiver { try await $0.settled() }
        let delivered = DeliveredLines(archive: "events.ndjson", in: state)
        return InvariantCheck.archive(delivered, acknowledged: acknowledged, allowsUnacknowledged: true)
      }
    }
  }
}
