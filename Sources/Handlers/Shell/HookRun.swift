internal import ChildProcesses
internal import Synchronization

/// One run of a hook.
final class HookRun: Sendable {
  private let output: Mutex<HookOutput>

  init(output: consuming sending HookOutput) { self.output = Mutex(output) }

  /// Starts the hook and waits for its end. When the task is cancelled the hook is ended too.
  func wait(
    for command: ChildCommand,
    input: [UInt8],
    _ options: ShellHandlerOptions
  ) async throws(ChildProcessError) -> ChildEnd {
    let child = ChildProcess(command) { stream, bytes in
      self.output.withLock { $0.append(stream, bytes) }
    }
    try await child.start(
      input: .bytes(input),
      timeoutSeconds: options.timeoutSeconds,
      graceSeconds: options.graceSeconds
    )
    return await withTaskCancellationHandler {
      await child.waitForEnd()
    } onCancel: {
      Task { await child.end(graceSeconds: options.graceSeconds) }
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
