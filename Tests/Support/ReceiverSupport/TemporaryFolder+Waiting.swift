package import TestKit

extension TemporaryFolder {
  /// Returns when a file, which need not be there yet, holds this text in one of its lines. `tail` is told by the system when
  /// the file changes.
  package func waitForLine(with text: String, in name: String) async throws {
    let script = #"grep -m1 -qF -- "$TEXT" <(exec tail -n +1 -F --pid=$$ "$FILE" 2>/dev/null)"#
    let outcome = try await Program.shell(script, environment: ["TEXT": text, "FILE": file(name)])
    guard outcome.status == 0 else { throw WaitEnded(messages: outcome.messages) }
  }

  private struct WaitEnded: Error {
    let messages: String
  }
}
