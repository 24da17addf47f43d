internal import Subprocess
package import SystemPackage

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
  let log = try FileDescriptor.open(
    FilePath(folder.file("receiver.log")),
    .writeOnly,
    options: [.create, .append],
    permissions: .ownerReadWrite
  )
  let command = wrapper + [program.string] + arguments(file)
  let result = try await withTaskExecutorPreference(SpareThreads.shared) {
    try await Subprocess.run(
      .path(FilePath(command[0])),
      arguments: Arguments(Array(command.dropFirst())),
      environment: .program(environment.merging(["LINQHOOK_CONFIG": file]) { own, _ in own }),
      input: .none,
      output: .sequence,
      error: .fileDescriptor(log, closeAfterSpawningProcess: true)
    ) { execution in
      let (lines, feed) = AsyncStream.makeStream(of: String.self)
      let reading = Task {
        defer { feed.finish() }
        for try await line in execution.standardOutput.strings() { feed.yield(line) }
      }
      guard let ready = await lines.first(where: { _ in true }) else { return false }
      let addresses = ready.split(whereSeparator: \.isWhitespace).map(String.init)
      let receiver = try RunningReceiver(
        address: addresses.first ?? "",
        adminAddress: adminAddress(folder),
        processID: execution.processIdentifier.value,
        standardOutput: reading,
        signal: { try execution.send(signal: $0) }
      )
      try await body(receiver)
      // A body that has ended it leaves nothing to be told.
      try? receiver.signal(.terminate)
      return true
    }
  }
  let status = result.terminationStatus.code
  guard result.closureResult else {
    throw ReceiverDidNotStart(status: status, log: folder.read("receiver.log"))
  }
  return status
}

/// The start says on the log where health and metrics are served.
private func adminAddress(_ folder: TemporaryFolder) -> String {
  let line = folder.lines("receiver.log").last { $0.contains(" admin=") } ?? ""
  return line.split(separator: " ").first { $0.hasPrefix("admin=") }.map { String($0.dropFirst(6)) } ?? ""
}
