import Foundation
import Testing

@testable import ChildProcesses

@Suite struct LeakTests {
  /// A sanitizer keeps freed memory for a while.
  private static let isPlain = ProcessInfo.processInfo.environment.keys.allSatisfy {
    !$0.hasSuffix("SAN_OPTIONS")
  }

  /// In a process of its own: the other tests allocate as well. The list of children is read after every hook.
  @Test(.enabled(if: isPlain)) func lookingForChildrenKeepsNoMemory() async {
    await #expect(processExitsWith: .success) {
      _ = ProcessTable.children()
      let before = try residentPages()
      for _ in 0..<2000 { _ = ProcessTable.children() }
      // What was lost was a page for each thread and look.
      try #require(residentPages() < before + 1000)
    }
  }
}

private func residentPages() throws -> Int {
  let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
  return try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
}
