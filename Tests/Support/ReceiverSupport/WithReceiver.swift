internal import ChildProcesses
internal import Synchronization
package import SystemPackage
package import TestKit

/// A receiver that did not become ready: how it ended, and everything that it has logged.
package struct ReceiverDidNotStart: Error, CustomStringConvertible {
  package let status: Int32
  package let log: String

  package var description: String { "The receiver did not start (exit status \(status)): \(log)" }
}

/// Starts a receiver, waits until it is ready, and ends it with SIGTERM when the body is done (unless the
/// body has ended it). Its standard error goes to `receiver.log` in the folder, from run to run.
@discardableResult
package func withReceiver(
  in folder: TemporaryFolder,
  configuration: String,
  environment: [String: String] = [:],
  under wrapper: [String] = [],
  program: FilePath = Program.path,
  arguments: (String) -> [String] = { ["serve", "--config", $0] },
  _ body: @Sendable (RunningReceiver) async throws -> Void
) async throws -> Int32 {
  let file = try folder.write("linqhook.yaml", configuration)
  let (lines, feed) = AsyncStream.makeStream(of: String.self)
  let splitter = LineMemory()
  let child = ChildProcess(
    ChildCommand(
      // The program writes to the file itself, so that all of it is there when the program has ended.
      arguments: ["/bin/sh", "-c", #"exec "$@" 2>>"$0""#, folder.file("receiver.log")]
        + wrapper + [program.string] + arguments(file),
      environment: Program.environment(
        with: environment.merging(["LINQHOOK_CONFIG": file]) { own, _ in own }
      )
    )
  ) { _, bytes in splitter.append(bytes) { feed.yield($0) } }
  try await child.start(input: .bytes([]))
  let process = await child.processID ?? 0
  let running = Task {
    let end = await child.waitForEnd()
    feed.finish()
    return end.code
  }
  return try await withTaskCancellationHandler {
    guard let ready = await lines.first(where: { _ in true }) else {
      throw ReceiverDidNotStart(status: await running.value, log: folder.read("receiver.log"))
    }
    do {
      let receiver = try RunningReceiver(
        address: ready.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "",
        adminAddress: adminAddress(folder),
        processID: process,
        run: running
      )
      try await body(receiver)
    } catch {
      await child.end(grace: .seconds(5))
      _ = await running.value
      throw error
    }
    // A body that has ended it leaves nothing to be told.
    if await child.processID != nil { try? Signal.terminate.send(to: process) }
    return await running.value
  } onCancel: {
    Task { await child.end(grace: .seconds(1)) }
  }
}

/// Cuts what a program prints into lines.
private final class LineMemory: Sendable {
  private let splitter = Mutex(LineSplitter())

  func append(_ bytes: [UInt8], _ body: (String) -> Void) {
    splitter.withLock { $0.append(bytes) { body(String(decoding: $0, as: UTF8.self)) } }
  }
}

/// The start says on the log where health and metrics are served.
private func adminAddress(_ folder: TemporaryFolder) -> String {
  let line = folder.lines("receiver.log").last { $0.contains(" admin=") } ?? ""
  return line.split(separator: " ").first { $0.hasPrefix("admin=") }.map { String($0.dropFirst(6)) } ?? ""
}
