internal import Foundation
package import Subprocess
package import SystemPackage

/// The built program, run as a user would run it.
package enum Program {
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
    try await run(.path(path), arguments, input: input, environment: environment)
  }

  /// Runs a command line by bash, with `linqhook` in PATH.
  package static func shell(_ script: String, environment: [String: String] = [:]) async throws -> Outcome {
    try await run(.name("bash"), ["-euo", "pipefail", "-c", script], input: "", environment: environment)
  }

  private static func run(
    _ executable: Executable,
    _ arguments: [String],
    input: String,
    environment: [String: String]
  ) async throws -> Outcome {
    let result = try await withTaskExecutorPreference(SpareThreads.shared) {
      try await Subprocess.run(
        executable,
        arguments: Arguments(arguments),
        environment: .program(environment),
        input: .string(input, using: UTF8.self),
        output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 20)
      )
    }
    return Outcome(
      status: result.terminationStatus.code,
      output: result.standardOutput,
      messages: result.standardError
    )
  }
}

extension Environment {
  package static func program(_ own: [String: String]) -> Environment {
    let inherited = ProcessInfo.processInfo.environment
    let folder = Program.path.removingLastComponent().string
    var all = ["PATH": "\(folder):\(inherited["PATH"] ?? "/usr/bin:/bin")", "HOME": "/nonexistent"]
    // Under a sanitizer the program must report where the tests do.
    for name in ["ASAN_OPTIONS", "TSAN_OPTIONS", "SWIFT_BACKTRACE", "LD_PRELOAD"] {
      all[name] = inherited[name]
    }
    all.merge(own) { _, new in new }
    return .custom(Dictionary(uniqueKeysWithValues: all.map { (Key(stringLiteral: $0.key), $0.value) }))
  }
}

extension TerminationStatus {
  /// The exit status, or 128 and the signal as a shell would say it.
  package var code: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }
}
