import ReceiverSupport
import TestKit
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
            try await run.poster.more(count)
            let violations = try await violations(after: run, disk, durability: durability)
            if !violations.isEmpty { broken.append(violations) }
          }
          try await run.drained(receiver, posting)
        }
        try await run.check()
        return broken.values
      }
    }

    /// A machine that lost its power comes back with another boot id, by which the file handler knows that what it
    /// had not synced may be gone.
    private static func afterABoot(_ folder: TemporaryFolder) async throws -> [String] {
      let id = try folder.write("boot_id", "00000000-0000-4000-8000-000000000000\n")
      return [
        "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
        "mount --bind '\(id)' /proc/sys/kernel/random/boot_id && exec \"$@\"", "sh",
      ]
    }

    /// Cuts the power, starts a receiver on what is left, and checks it against what was acknowledged before.
    private func violations(after run: FaultRun, _ disk: LoopDisk, durability: String) async throws
      -> [Violation]
    {
      let acknowledged = run.poster.acknowledged
      return try await disk.cut { state in
        // Posting goes on until the power is cut; a hundred cuts later the disk would be full of what came since.
        run.poster.hold()
        defer { run.poster.goOn() }
        let survivor = try await FaultRun(state: state, durability: durability)
        let boot = try await Self.afterABoot(survivor.folder)
        // Ended and killed while it writes again what the file has lost, if it is quick enough.
        try await survivor.receiver(under: boot) { _ in }
        try await survivor.receiver(under: boot) { try $0.signal(.kill) }
        try await survivor.receiver(under: boot) { try await $0.settled() }
        let delivered = DeliveredLines(archive: "events.ndjson", in: state)
        return InvariantCheck.archive(delivered, acknowledged: acknowledged, allowsUnacknowledged: true)
      }
    }
  }
}
