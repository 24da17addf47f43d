import Dispatch
import Synchronization
import SystemPackage

// Where log lines leave the process.
//
// Whoever reads standard error may stop reading: a log driver that hangs, a journal that is stuck, a terminal that is
// held. Everything logs, the HTTP loops too, so nobody may wait for that reader. A line that is taken at once is written
// at once, and is out when `write` returns, whatever happens to the process then. Any other waits in memory, in its
// order, for a queue of its own that does the waiting. When too much waits, lines are left out and counted.
final class LogOutput: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    var isQueueWriting = false
    var leftOut = 0
    var forRoom: [AsyncStream<Never>.Continuation] = []
  }

  /// So many bytes wait at most, and as many again are being written.
  static let waitingBytesMax = 1 << 20

  private let descriptor: FileDescriptor
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "log")

  init(descriptor: FileDescriptor = .standardError) { self.descriptor = descriptor }

  /// Writes a whole line, or has it written, or leaves it out.
  ///
  /// - Returns: How many lines before this one were left out since one last got through.
  func write(_ line: [UInt8]) -> Int {
    state.withLock { state in
      guard state.waiting.count + line.count <= Self.waitingBytesMax else {
        state.leftOut += 1
        return 0
      }
      defer { state.leftOut = 0 }
      if !state.isQueueWriting, descriptor.takesAtOnce(line.count) {
        put(line)
        return state.leftOut
      }
      state.waiting.append(contentsOf: line)
      if !state.isQueueWriting {
        state.isQueueWriting = true
        queue.async { self.writeWaiting() }
      }
      return state.leftOut
    }
  }

  /// Returns when there is room for many lines, or the task is cancelled: for what must not be left out and may be late.
  func waitForRoom() async {
    let room = state.withLock { state -> AsyncStream<Never>? in
      guard state.waiting.count > Self.waitingBytesMax / 2 else { return nil }
      let (room, made) = AsyncStream.makeStream(of: Never.self)
      state.forRoom.append(made)
      return room
    }
    guard let room else { return }
    for await _ in room {}
  }

  /// Waits until what was logged so far is written, but not for long: before the process ends, or says that it is ready.
  func flush() {
    guard state.withLock({ $0.isQueueWriting }) else { return }
    let mark = DispatchWorkItem {}
    queue.async(execute: mark)
    _ = mark.wait(timeout: .now() + .seconds(1))
  }

  private func writeWaiting() {
    while let lines = takeWaiting() { put(lines) }
  }

  private func takeWaiting() -> [UInt8]? {
    state.withLock { state in
      for made in state.forRoom { made.finish() }
      state.forRoom = []
      state.isQueueWriting = !state.waiting.isEmpty
      defer { state.waiting = [] }
      return state.waiting.isEmpty ? nil : state.waiting
    }
  }

  // A log that cannot be written has nowhere to say so; the work goes on.
  private func put(_ lines: [UInt8]) { _ = try? descriptor.writeAll(lines) }
}
