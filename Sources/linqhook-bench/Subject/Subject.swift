import ChildProcesses
import Foundation
import Pacing
import Supervision
import Synchronization

/// A measured server, in its own process.
final class Subject: Sendable {
  let name: String
  let port: UInt16
  let path: String
  /// Nil for a server that was running before.
  let process: Int32?
  private let child: ChildProcess?

  private init(name: String, port: UInt16, path: String, process: Int32?, child: ChildProcess?) {
    self.name = name
    self.port = port
    self.path = path
    self.process = process
    self.child = child
  }

  /// A server that is already running.
  static func running(name: String, port: UInt16, path: String) -> Subject {
    Subject(name: name, port: port, path: path, process: nil, child: nil)
  }

  /// Starts a program and waits until it accepts connections on the port, or on the port at the end of its
  /// first line of output.
  static func start(
    name: String,
    _ arguments: [String],
    port wantedPort: UInt16? = nil,
    path: String = "/webhooks/linq",
    folder: String
  ) async throws -> Subject {
    let said = Mutex<(output: [UInt8], errors: [UInt8])>(([], []))
    let command = ChildCommand(
      arguments: arguments,
      environment: [
        "PATH": ExecutableCheck.defaultSearchPath, "HOME": folder, "SWIFT_BACKTRACE": "enable=no",
      ],
      workingDirectory: folder
    )
    let child = ChildProcess(command) { stream, bytes in
      said.withLock { said in
        if stream == .output { said.output += bytes } else { said.errors += bytes }
      }
    }
    try await child.start(input: .bytes([]))
    let deadline = MonotonicTime.now().nanoseconds + 60_000_000_000
    while MonotonicTime.now().nanoseconds < deadline, let process = await child.processID {
      let port = wantedPort ?? said.withLock { Self.port(in: $0.output) }
      if let port, let socket = try? LoadSocket(port: port) {
        socket.close()
        return Subject(name: name, port: port, path: path, process: process, child: child)
      }
      try await Task.sleep(for: .milliseconds(1))
    }
    await child.end(grace: .seconds(1))
    let errors = said.withLock { String(decoding: $0.errors, as: UTF8.self) }
    throw BenchError.subject("\(name) did not start. \(errors)")
  }

  private static func port(in output: [UInt8]) -> UInt16? {
    let text = String(decoding: output, as: UTF8.self)
    guard let line = text.split(separator: "\n", omittingEmptySubsequences: false).first, text.contains("\n")
    else {
      return nil
    }
    return line.split(separator: ":").last.flatMap { UInt16($0) }
  }

  func stop() async {
    await child?.end(grace: .seconds(30))
    _ = await child?.waitForEnd()
  }

  /// Kills it, as in a crash.
  func kill() async {
    await child?.end(grace: .seconds(0))
    _ = await child?.waitForEnd()
  }
}
