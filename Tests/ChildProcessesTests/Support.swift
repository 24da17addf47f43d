import ChildProcesses
import Foundation
import Synchronization
import SystemPackage
import Testing

/// What a child wrote.
final class Recorder: Sendable {
  private let state = Mutex<(output: [UInt8], errorOutput: [UInt8])>(([], []))

  var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
  var errorOutput: String { state.withLock { String(decoding: $0.errorOutput, as: UTF8.self) } }
  var lines: [String] { output.split(separator: "\n").map(String.init) }

  func record(_ stream: ChildStream, _ bytes: [UInt8]) {
    state.withLock { state in
      switch stream {
      case .output: state.output += bytes
      case .errorOutput: state.errorOutput += bytes
      }
    }
  }
}

/// Runs a command to its end.
@discardableResult
func run(
  _ arguments: [String],
  environment: [String: String] = ["PATH": "/usr/bin:/bin"],
  directory: String? = nil,
  markers: Set<String> = [],
  input: [UInt8] = [],
  timeout: Duration? = .seconds(60),
  grace: Duration = .seconds(5)
) async throws -> (end: ChildEnd, recorder: Recorder) {
  let recorder = Recorder()
  let child = ChildProcess(
    ChildCommand(
      arguments: arguments,
      environment: environment,
      workingDirectory: directory,
      markers: markers
    ),
    onOutput: { recorder.record($0, $1) }
  )
  try await child.start(input: .bytes(input), timeout: timeout, grace: grace)
  return (await child.waitForEnd(), recorder)
}

func shell(_ script: String) -> [String] { ["/bin/sh", "-c", script] }

/// Alive, that is, not gone and not merely waiting to be reaped.
func isAlive(_ process: Int32) -> Bool {
  guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
  return !(stat.split(separator: ")").last?.hasPrefix(" Z") ?? true)
}

/// Waits for what no event tells: a process of somebody else's leaving the table.
func eventually(
  _ what: Comment,
  within seconds: Double = 20,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () -> Bool
) async {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record(what, sourceLocation: sourceLocation)
      return
    }
    await Task.yield()
    try? await Task.sleep(for: .milliseconds(5))
  }
}
