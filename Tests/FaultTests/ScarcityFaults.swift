import Foundation
import ReceiverSupport
import Supervision
import TestKit
import Testing

extension Faults {
  /// Descriptors, memory and threads run out, and are there again.
  @Suite struct ScarcityFaults {
    @Test(.root, .programs("prlimit"), .timeLimit(.minutes(5)))
    func withoutDescriptorsItNeitherSpinsNorFloodsItsLogAndTakesEventsAgain() async throws {
      let run = try await FaultRun()
      let posting = Task { await run.poster.run() }
      try await run.receiver { receiver in
        try await run.poster.more(100)
        let hardLimit = try await Machine.shell(
          "prlimit --pid \(receiver.processID) --nofile -o HARD --noheadings"
        )
        .split(whereSeparator: \.isWhitespace).joined()
        for _ in 0..<FaultPlan.count("LINQHOOK_SQUEEZES", short: 2, full: 5) {
          let used = try await descriptors(receiver)
          // What is there already, and the few that no client gets: libdispatch ends the process without one.
          try await Machine.shell("prlimit --pid \(receiver.processID) --nofile=\(used + 20):")
          let before = try await Usage(receiver, run)
          let acknowledged = run.poster.acknowledgedCount
          // More clients than there are descriptors, idle for three seconds.
          _ = try await ClientCrowd.visit(port: run.port, count: 64, .idle, seconds: 3)
          let after = try await Usage(receiver, run)
          #expect(after.logLines - before.logLines < 10)
          // The good clients are served meanwhile; one loop that spun would take all of a core for three seconds more.
          let events = Double(run.poster.acknowledgedCount - acknowledged)
          #expect(after.cpuSeconds - before.cpuSeconds < 2.5 + events * 0.001)
          try await Machine.shell("prlimit --pid \(receiver.processID) --nofile=\(hardLimit):")
          try await run.poster.more(100)
        }
        try await run.drained(receiver, posting)
      }
      try await run.check()
    }

    /// Allocations fail as of a bound of the address space. Ending is allowed, losing is not.
    @Test(.programs("prlimit"), .timeLimit(.minutes(5)))
    func withoutMemoryNothingAcknowledgedIsLost() async throws {
      let run = try await FaultRun(chats: 64, padding: 100_000)
      let posting = Task { await run.poster.run() }
      for _ in 0..<FaultPlan.count("LINQHOOK_MEMORY", short: 2, full: 10) {
        try await run.receiver { receiver in
          try await run.poster.more(50)
          try await Machine.shell(
            "size=$(awk '/^VmSize/ {print $2}' /proc/\(receiver.processID)/status); "
              + "prlimit --pid \(receiver.processID) --as=$((size * 1024 + 1048576)):"
          )
          let limit = Task {
            try await run.poster.more(200)
            guard !Task.isCancelled else { return }
            try receiver.signal(.kill)
          }
          let patience = Task {
            try await Task.sleep(for: .seconds(10))
            try receiver.signal(.kill)
          }
          await receiver.ended()
          limit.cancel()
          patience.cancel()
        }
      }
      try await run.drain(posting)
    }

    /// As another user, because root has no such limit.
    @Test(.root, .programs("setpriv", "prlimit"), .timeLimit(.minutes(3)))
    func withoutThreadsItSaysSoOrServes() async throws {
      let run = try await FaultRun()
      try await Machine.shell("chown -R 65533:65533 '\(run.folder.path)'")
      // Too few, just enough or not, and plenty.
      let limits = Array(FaultPlan.count("LINQHOOK_THREADS", short: 3, full: 15).steps) + [17, 20, 256]
      for limit in limits {
        let wrapper = [
          "/usr/bin/setpriv", "--reuid", "65533", "--regid", "65533", "--clear-groups",
          "/usr/bin/prlimit", "--nproc=\(limit)", "--core=0",
        ]
        do {
          try await run.receiver(under: wrapper) { receiver in
            #expect(try await receiver.get("/readyz").status == 200)
            guard limit == limits.last else { return }
            let posting = Task { await run.poster.run() }
            try await run.poster.more(1)
            try await run.drained(receiver, posting)
          }
        } catch let error as ReceiverDidNotStart where limit != limits.last {
          #expect(!error.log.isEmpty, "With \(limit) threads it ended without a word.")
        }
      }
      try await run.check()
    }

    private func descriptors(_ receiver: RunningReceiver) async throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(receiver.processID)/fd").count
    }
  }
}

/// What a receiver has used until now.
struct Usage {
  let cpuSeconds: Double
  let logLines: Int

  init(_ receiver: RunningReceiver, _ run: FaultRun) async throws {
    cpuSeconds = try #require(ProcessTimes(of: "\(receiver.processID)")).cpuSeconds
    logLines = run.folder.lines("receiver.log").count
  }
}

extension Int {
  /// 1, 2, 3, … so many.
  fileprivate var steps: ClosedRange<Int> { 1...Swift.max(1, self) }
}
