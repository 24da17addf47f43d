internal import ChildProcesses
internal import Foundation
internal import Synchronization
package import SystemPackage

/// The built program, run as a user would run it.
package enum Program {
  /// So much of what a run prints is kept, of each stream.
  private static let maxOutputBytes = 1 << 20

  /// It stands beside the test bundle.
  package static let path: FilePath = {
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let besideRunner = FilePath(bundle).removingLastComponent().appending("linqhook")
    let besideBundle = FilePath(CommandLine.arguments[0]).removingLastComponent().appending("linqhook")
    return FileManager.default.fileExists(atPath: besideBundle.string) ? besideBundle : besideRunner
  }()

  /// What a run printed and how it ended.
  package struct Outcome {
    package var status: Int32
    package var output: String
    package var messages: String
  }

  /// Runs the program to its end, with nothing of this environment but PATH and HOME.
  package static func run(
    _ arguments: String...,
    input: String = "",
    environment: [String: String] = [:]
  ) async throws -> Outcome {
    try await run([path.string] + arguments, input: input, environment: environment)
  }

  /// Runs a command line by bash, with `linqhook` in PATH.
  package static func shell(_ script: String, environment: [String: String] = [:]) async throws -> Outcome {
    try await run(["bash", "-euo", "pipefail", "-c", script], input: "", environment: environment)
  }

  private static func run(
    _ command: [String],
    input: String,
    environment: [String: String]
  ) async throws -> Outcome {
    let printed = Printed()
    let child = ChildProcess(
      ChildCommand(arguments: command, environment: self.environment(with: environment))
    ) { printed.add($1, from: $0) }
    try await child.start(input: .bytes(Array(input.utf8)))
    let end = await child.waitForEndEvenIfCancelled()
    return Outcome(status: end.code, output: printed.text(.output), messages: printed.text(.errorOutput))
  }

  /// What a program gets: its own, and of this process's environment no more than it needs to be found and to report.
  static func environment(with own: [String: String]) -> [String: String] {
    let inherited = ProcessInfo.processInfo.environment
    let folder = path.removingLastComponent().string
    var all = ["PATH": "\(folder):\(inherited["PATH"] ?? "/usr/bin:/bin")", "HOME": "/nonexistent"]
    // Under a sanitizer the program must report where the tests do.
    for name in ["ASAN_OPTIONS", "TSAN_OPTIONS", "SWIFT_BACKTRACE", "LD_PRELOAD"] {
      all[name] = inherited[name]
    }
    return all.merging(own) { _, new in new }
  }

  /// What a run has printed so far.
  private final class Printed: Sendable {
    private let bytes = Mutex<[Bool: [UInt8]]>([:])

    func add(_ piece: [UInt8], from stream: ChildStream) {
      bytes.withLock { bytes in
        let room = maxOutputBytes - (bytes[stream == .output]?.count ?? 0)
        bytes[stream == .output, default: []] += piece.prefix(room)
      }
    }

    func text(_ stream: ChildStream) -> String {
      bytes.withLock { String(decoding: $0[stream == .output] ?? [], as: UTF8.self) }
    }
  }
}

extension ChildProcess {
  /// Waits for its end; a test whose time is over ends it.
  nonisolated func waitForEndEvenIfCancelled() async -> ChildEnd {
    await withTaskCancellationHandler {
      await waitForEnd()
    } onCancel: {
      Task { await end(grace: .seconds(1)) }
    }
  }
}

extension ChildEnd {
  /// The exit status, or 128 and the signal as a shell would say it.
  var code: Int32 {
    switch status {
    case .exited(let code): code
    case .signalled(let signal): 128 + signal
    }
  }
}
