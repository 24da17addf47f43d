import ReceiverSupport
import TestKit

/// What tests do to the machine.
enum Machine {
  struct CommandFailed: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs bash; what it printed.
  @discardableResult
  static func shell(_ script: String) async throws -> String {
    let outcome = try await Program.shell(script)
    guard outcome.status == 0 else { throw CommandFailed(description: "\(script): \(outcome.messages)") }
    return outcome.output
  }

  /// Makes system calls of a running process fail, while the body runs.
  ///
  /// - Parameters:
  ///   - injection: as strace takes it, for example `fdatasync:error=EIO:when=1+`.
  ///   - paths: only calls on these files.
  static func inject(
    _ injection: String,
    into processID: Int32,
    paths: [String],
    log: TemporaryFolder,
    _ body: @Sendable () async throws -> Void
  ) async throws {
    let name = String(injection.prefix { $0 != ":" })
    let filter = paths.map { "-P '\($0)'" }.joined(separator: " ")
    let pid = try await shell(
      """
      strace -f -p \(processID) -o '\(log.file("strace"))' \(filter) -e trace=\(name) -e inject=\(injection) \
        </dev/null >/dev/null 2>'\(log.file("strace.log"))' &
      tracer=$!
      until grep -q attached '\(log.file("strace.log"))'; do kill -0 $tracer; done
      echo $tracer
      """
    ).split(separator: "\n").joined()
    do { try await body() } catch {
      _ = try? await shell("kill \(pid)")
      throw error
    }
    try await shell("kill \(pid); while kill -0 \(pid) 2>/dev/null; do :; done")
  }
}
