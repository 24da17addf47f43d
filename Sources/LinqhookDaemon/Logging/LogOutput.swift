import Dispatch
import Synchronization
import SystemPackage

// Where log lines leave the process.
//
// The reader of standard error may stop reading: a log driver that hangs, a journal that is stuck, a terminal that is
// held. Everything logs, the HTTP loops too, so nobody may wait for that reader. What is taken at once is out when `write`
// returns, whatever happens to the process then. The rest waits in memory, in its order, for a queue of its own that does
// the waiting. When too much waits, lines are left out and counted.
final class LogOutput: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    var isQueueWriting = false
    var leftOut = 0
    /// Those who wait until the queue has written what waits now.
    var waiters: [AsyncStream<Never>.Continuation] = []
  }

  /// How many bytes may wait; as many again are being written.
  static let maxWaitingBytes = 1 << 20

  private let writer: PromptWriter
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "log")

  init(descriptor: FileDescriptor = .standardError) { writer = PromptWriter(descriptor) }

  /// Writes a whole line, or has it written, or leaves it out.
  ///
  /// - Returns: How many lines before this one were left out since one last got through.
  func write(_ line: [UInt8]) -> Int {
    state.withLock { state in
      guard state.waiting.count + line.count <= Self.maxWaitingBytes,
        let written = state.isQueueWriting ? 0 : writer.writeAtOnce(line)
      else {
        state.leftOut += 1
        return 0
      }
      defer { state.leftOut = 0 }
      guard written < line.count else { return state.leftOut }
      state.waiting.append(contentsOf: line[written...])
      if !state.isQueueWriting {
        state.isQueueWriting = true
        queue.async { self.writeWaiting() }
      }
      return state.leftOut
    }
  }

  /// Returns when everything that was logged before is out, or the task is cancelled: for what must not be left out, and
  /// must not count as logged before it is.
  func waitUntilWritten() async {
    let written = state.withLock { state -> AsyncStream<Never>? in
      guard state.isQueueWriting else { return nil }
      let (written, waiter) = AsyncStream.makeStream(of: Never.self)
      state.waiters.append(waiter)
      return written
    }
    guard let written else { return }
    for await _ in written {}
  }

  /// Holds up the thread until everything that was logged before is out, but not for long: before the process ends, or
  /// says that it is ready.
  func flush() {
    guard state.withLock({ $0.isQueueWriting }) else { return }
    let mark = DispatchWorkItem {}
    queue.async(execute: mark)
    _ = mark.wait(timeout: .now() + .seconds(1))
  }

  private func writeWaiting() {
    var isWriting = true
    while isWriting {
      let (lines, waiters) = takeWaiting()
      if !writer.writeAll(lines) {
        // A log that cannot be written has nowhere to say so, until it can be again.
        let count = lines.count { $0 == UInt8(ascii: "\n") }
        state.withLock { $0.leftOut += count }
      }
      for waiter in waiters { waiter.finish() }
      isWriting = !lines.isEmpty
    }
  }

  private func takeWaiting() -> ([UInt8], [AsyncStream<Never>.Continuation]) {
    state.withLock { state in
      state.isQueueWriting = !state.waiting.isEmpty
      defer { (state.waiting, state.waiters) = ([], []) }
      return (state.waiting, state.waiters)
    }
  }
}
