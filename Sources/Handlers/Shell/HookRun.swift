internal import ChildProcesses
internal import Synchronization

/// One run of a hook.
final class HookRun: Sendable {
  /// More than an answer may have, so that too much is seen as such; the rest is read and forgotten.
  static let maxCapturedBytes = 262_145

  private let output: Mutex<HookOutput>
  private let capturesOutput: Bool
  private let captured = Mutex<[UInt8]>([])

  /// - Parameter capturesOutput: whether standard output is kept as an answer instead of going to the log.
  init(output: consuming sending HookOutput, capturesOutput: Bool) {
    self.output = Mutex(output)
    self.capturesOutput = capturesOutput
  }

  /// What the hook has printed, as far as it is kept.
  var answer: [UInt8] { captured.withLock(\.self) }

  private func take(_ stream: ChildStream, _ bytes: [UInt8]) {
    guard stream == .output, capturesOutput else { return output.withLock { $0.append(stream, bytes) } }
    captured.withLock { $0 += bytes.prefix(max(0, Self.maxCapturedBytes - $0.count)) }
  }

  /// Starts the hook and waits for its end. When the task is cancelled the hook is ended too.
  func wait(
    for command: ChildCommand,
    input: [UInt8],
    _ options: ShellHandlerOptions
  ) async throws(ChildProcessError) -> ChildEnd {
    let child = ChildProcess(command) { stream, bytes in self.take(stream, bytes) }
    try await child.start(
      input: .bytes(input),
      timeout: options.timeout,
      grace: options.grace
    )
    return await withTaskCancellationHandler {
      await child.waitForEnd()
    } onCancel: {
      Task { await child.end(grace: options.grace) }
    }
  }

  /// Logs the rest of the output; the last of standard error is the answer.
  func finish() -> String {
    output.withLock { output in
      output.finish()
      return output.takeErrorTail()
    }
  }
}
