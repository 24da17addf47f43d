import ReceiverSupport
import TestKit
import Testing

extension Faults {
  /// Disks that are full, that fail, and that cannot be written. Nothing is acknowledged that is not stored, the
  /// sender is told to come again, and the receiver heals by itself.
  @Suite struct DiskFaults {
    @Test(.root, .timeLimit(.minutes(10)))
    func aFullDiskIsAnswered503AndHealsWhenThereIsSpace() async throws {
      let fills = FaultPlan.count("LINQHOOK_FILLS", short: 3, full: 20)
      // What is acknowledged stays, and must fit: full is what the ballast makes.
      try await withSmallDisk(megabytes: 24 + 16 * fills) { state in
        let run = try await FaultRun(state: state, padding: 2000, allowsUnsafeStorage: true)
        let posting = Task { await run.poster.run() }
        try await run.receiver { receiver in
          for _ in 0..<fills {
            try await run.poster.more(50)
            // Whatever room there is; the last of it in a race with the receiver. What is acknowledged meanwhile stays,
            // and how much that is must not depend on how fast the machine fills a disk. The receiver still writes what
            // it has, so the room may have become less by then.
            run.poster.hold()
            _ = try? await Machine.shell(
              "fallocate -l $(($(df --output=avail -B1 '\(state)' | tail -1) - (16 << 20))) '\(state)/ballast'"
            )
            run.poster.goOn()
            _ = try? await Machine.shell("cat /dev/zero >>'\(state)/ballast'")
            try await run.poster.more(1, of: 503)
            try await Machine.shell("rm '\(state)/ballast'")
            try await run.poster.more(50)
          }
          try await run.drained(receiver, posting)
        }
        try await run.check()
      }
    }

    @Test(
      .strace,
      .timeLimit(.minutes(10)),
      arguments: ["fdatasync", "pwrite64", "pread64", "ftruncate", "write"]
    )
    func aFailingCallIsNeverAnAcknowledgedLoss(_ call: String) async throws {
      let run = try await FaultRun(
        rotate: ", sync: always, rotate: {size: 32KiB, keep: 100000, compress: false}"
      )
      let files = ["inbox.db", "inbox.db-wal", "events.ndjson"].map { "\(run.state)/\($0)" }
      let posting = Task { await run.poster.run() }
      var random = FaultPlan.generator("EIO \(call)")
      let plans = (0..<FaultPlan.count("LINQHOOK_IO_ERRORS", short: 2, full: 30)).map { round in
        "\(call):error=EIO:when=\(Int.random(in: 1...40, using: &random))\(round % 2 == 0 ? "" : "+")"
      }
      try await run.receiver { receiver in
        for plan in plans {
          try await run.poster.more(40)
          try await Machine.inject(plan, into: receiver.processID, paths: files, log: run.folder) {
            // Refused or taken: only that there was an answer to each.
            try await run.poster.moreAnswers(200)
          }
          try await run.poster.more(40)
        }
        try await run.drained(receiver, posting)
      }
      try await run.check()
    }

    @Test(.root) func aReadOnlyFileSystemIsRefusedAtTheStartWithASentence() async throws {
      try await withSmallDisk { state in
        let run = try await FaultRun(state: state, allowsUnsafeStorage: true)
        try await Machine.shell("mount -o remount,ro '\(state)'")
        let error = await #expect(throws: ReceiverDidNotStart.self) { try await run.receiver { _ in } }
        #expect(error?.status == 74)
        #expect(error?.log.contains("set inbox.path to a folder that this user may write to") == true)
      }
    }

    @Test(.root, .programs("prlimit"), .timeLimit(.minutes(5)))
    func aLimitOfFileSizesIsAnswered503AndHealsWhenItIsLifted() async throws {
      let run = try await FaultRun(padding: 2000)
      let posting = Task { await run.poster.run() }
      try await run.receiver { receiver in
        try await run.poster.more(50)
        try await Machine.shell("prlimit --pid \(receiver.processID) --fsize=65536:")
        try await run.poster.more(1, of: 503)
        try await Machine.shell("prlimit --pid \(receiver.processID) --fsize=unlimited:")
        try await run.poster.more(50)
        try await run.drained(receiver, posting)
      }
      try await run.check()
    }

    private func withSmallDisk(megabytes: Int = 24, _ body: (String) async throws -> Void) async throws {
      let folder = try TemporaryFolder()
      try await Machine.shell("mount -t tmpfs -o size=\(megabytes)m none '\(folder.path)'")
      do { try await body(folder.path) } catch {
        _ = try? await Machine.shell("umount -l '\(folder.path)'")
        throw error
      }
      try await Machine.shell("umount -l '\(folder.path)'")
    }
  }
}
