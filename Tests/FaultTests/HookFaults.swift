import Foundation
import ReceiverSupport
import TestKit
import Testing

extension Faults {
  /// Hooks that mean harm. When the receiver has ended nothing of theirs is left, and while it runs nothing piles up.
  @Suite struct HookFaults {
    private static let outputBytes = FaultPlan.count(
      "LINQHOOK_OUTPUT_BYTES",
      short: 20_000_000,
      full: 1_000_000_000
    )

    /// Each is a shell script. The forks are those of a user without rights, whom a limit holds. The mark in its environment finds whatever it leaves behind.
    @Test(
      .root,
      .timeLimit(.minutes(4)),
      arguments: [
        ("ignores TERM", "trap '' TERM; while :; do sleep 1; done"),
        ("a session of its own", "setsid sh -c 'trap \"\" TERM; sleep 1000' & sleep 1000"),
        ("a child that outlives it", "setsid sleep 1000 & sleep 1000 & exit 0"),
        (
          "much output",
          "head -c \(Self.outputBytes) /dev/zero & head -c \(Self.outputBytes) /dev/zero >&2; wait"
        ),
        ("never reads", "exec sleep 1000"),
        (
          "forks",
          "exec setpriv --reuid 65532 --clear-groups bash -c 'ulimit -u 150; f() { f | f & f; }; f' 2>/dev/null"
        ),
        ("kills itself", "kill -SEGV $$"),
      ]
    )
    func aHostileHookLeavesNothingBehind(_ name: String, _ script: String) async throws {
      let scripts = try TemporaryFolder()
      let hook = try scripts.write(
        "hook-\(UUID().uuidString)",
        "#!/bin/bash\n\(script)\n",
        mode: 0o755
      )
      let run = try await FaultRun(
        chats: 4,
        padding: 100_000,
        handlers: [
          "{name: hostile, type: shell, command: [\(hook)], timeout: 1s, concurrency: 4, "
            + "environment: [PATH, FAULT_MARK], retry: {attempts: 1}}"
        ]
      )
      let posting = Task { await run.poster.run() }
      try await run.receiver(environment: ["FAULT_MARK": hook]) { receiver in
        try await run.poster.more(8)
        try await run.poster.finish(posting)
        let before = try files(receiver)
        try await run.drained(receiver, posting)
        // What has asked for the figures last may not have hung up yet.
        while try files(receiver) > before {
          try Task.checkCancellation()
          await Task.yield()
        }
        #expect(try survivors(of: hook) == [], "\(name)")
      }
      let log =
        try FileManager.default.attributesOfItem(atPath: run.folder.file("receiver.log"))[.size] as? Int
      #expect((log ?? .max) < 2_000_000)
      try await run.check()
    }

    @Test(.timeLimit(.minutes(3))) func aHookThatIsGoneIsADeadLetterOrARetryAndHoldsUpNobodyElse()
      async throws
    {
      let scripts = try TemporaryFolder()
      let hook = try scripts.write("hook", "#!/bin/sh\nexit 0\n", mode: 0o755)
      let run = try await FaultRun(
        handlers: ["{name: gone, type: shell, command: [\(hook)], retry: {first: 100ms, max: 200ms}}"]
      )
      let posting = Task { await run.poster.run() }
      try await run.receiver { receiver in
        try await run.poster.more(20)
        try await Machine.shell("mv '\(hook)' '\(hook).away'")
        try await run.poster.more(100)
        try await Machine.shell("mv '\(hook).away' '\(hook)'")
        try await run.drained(receiver, posting)
      }
      try await run.check()
    }

    private func files(_ receiver: RunningReceiver) throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(receiver.processID)/fd").count
    }

    /// Processes that still run in the environment of this hook.
    private func survivors(of hook: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
        guard name.allSatisfy(\.isNumber) else { return false }
        let environment = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(name)/environ"))
        guard let environment, environment.range(of: Data("LINQ_HANDLER=hostile".utf8)) != nil else {
          return false
        }
        return environment.range(of: Data("FAULT_MARK=\(hook)".utf8)) != nil
      }
    }
  }
}
