import Foundation
import ReceiverSupport
import TestKit
import Testing

extension Faults {
  /// The promise that matters most, with everything real: the program, its kill, its store, its files, a hook
  /// and an HTTP target.
  @Suite struct KillFaults {
    @Test func nothingAcknowledgedIsLostDoubledTornOrReorderedByKills() async throws {
      var random = FaultPlan.generator("kills")
      let target = try RecordingTarget()
      let scripts = try TemporaryFolder()
      let hook = try scripts.write(
        "hook",
        "#!/bin/sh\nprintf '%s\\n' \"$LINQ_EVENT_ID\" >>'\(scripts.file("hook.log"))'\n",
        mode: 0o755
      )
      let folder = try TemporaryFolder()
      let run = try await FaultRun(
        state: folder.path,
        rotate: ", rotate: {size: 32KiB, keep: 100000, compress: false}",
        handlers: [
          "{name: renamed, type: file, path: \(folder.path)/renamed.ndjson}",
          "{name: reply, type: shell, command: [\(hook)], events: [message.received]}",
          "{name: crm, type: http, url: \"\(target.url)\", events: [message.received]}",
        ]
      )
      let posting = Task { await run.poster.run() }
      for round in 0..<FaultPlan.count("LINQHOOK_KILLS", short: 8, full: 200) {
        let (before, after) = (
          Int.random(in: 1...300, using: &random), Int.random(in: 0...100, using: &random)
        )
        let status = try await run.receiver { receiver in
          try await run.poster.more(before)
          // As logrotate does it; the kill then comes before, while or after the file is opened anew.
          try? FileManager.default.moveItem(
            atPath: "\(folder.path)/renamed.ndjson",
            toPath: "\(folder.path)/renamed.ndjson.\(10_000_000 + round)"
          )
          try receiver.signal(.userDefinedOne)
          if after > 10 { try await run.poster.more(after) }
          try receiver.signal(.kill)
        }
        #expect(status == 128 + 9)
      }
      try await run.drain(posting, archives: ["events.ndjson", "renamed.ndjson"])
      await target.stop()
      let messages = run.poster.acknowledgedMessages
      #expect(messages.subtracting(scripts.lines("hook.log")).isEmpty, "The hook has missed events.")
      #expect(messages.subtracting(target.ids).isEmpty, "The HTTP target has missed events.")
    }

    /// The control: the same check finds nothing at a receiver that answers before it writes, as long as nobody kills
    /// it, and what kills cost it.
    @Test(.programs("python3"), .timeLimit(.minutes(5)), arguments: [false, true])
    func aReceiverThatAnswersBeforeItWritesIsFoundOutByKills(_ isKilled: Bool) async throws {
      var random = FaultPlan.generator("careless")
      let run = try await FaultRun()
      let posting = Task { await run.poster.run() }
      for _ in 0..<4 {
        let count = Int.random(in: 50...300, using: &random)
        try await CarelessReceiver.run(run) { receiver in
          try await run.poster.more(count)
          if isKilled { try receiver.signal(.kill) }
        }
      }
      try await CarelessReceiver.run(run) { _ in
        try await run.poster.finish(posting)
      }
      let violations = InvariantCheck.archive(
        DeliveredLines(archive: "events.ndjson", in: run.state),
        acknowledged: run.poster.acknowledged,
        allowsUnacknowledged: true
      )
      let hasLost = violations.contains { if case .lost = $0 { true } else { false } }
      #expect(hasLost == isKilled, "\(violations)")
    }

    /// strace kills at the call itself, so every moment between two steps on the disk is met.
    @Test(
      .strace,
      arguments: [
        ("fdatasync", 24), ("pwrite64", 48), ("write", 24), ("ftruncate", 6), ("rename", 12),
      ]
    )
    func nothingIsLostByAKillAtASystemCall(_ call: String, _ full: Int) async throws {
      let run = try await FaultRun(rotate: ", rotate: {size: 8KiB, keep: 100000, compress: false}")
      let posting = Task { await run.poster.run() }
      var killed = 0
      let points = FaultPlan.count("LINQHOOK_KILL_POINTS", short: 2, full: full)
      for point in 1...points where try await isKilled(run, at: call, number: point) { killed += 1 }
      #expect(killed > 0, "No kill has hit \(call).")
      print("\(call): killed at \(killed) of \(points) points")
      try await run.drain(posting)
    }

    /// Whether the call came before 600 events were taken.
    private func isKilled(_ run: FaultRun, at call: String, number: Int) async throws -> Bool {
      let names = call == "rename" ? "rename,renameat2" : call
      let trace = ["/usr/bin/strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(names)"]
      let paths = ["inbox.db", "inbox.db-wal", "events.ndjson"].flatMap { ["-P", run.folder.file($0)] }
      let wrapper = trace + paths + ["-e", "inject=\(names):signal=KILL:when=\(number)"]
      do {
        let status = try await run.receiver(under: wrapper) { receiver in
          let limit = Task {
            try await run.poster.more(600)
            try receiver.signal(.terminate)
          }
          await receiver.ended()
          limit.cancel()
        }
        return status == 128 + 9
      } catch let error as ReceiverDidNotStart {
        return error.status == 128 + 9
      }
    }
  }
}
