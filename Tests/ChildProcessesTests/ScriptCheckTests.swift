import ChildProcesses
import Foundation
import Testing

@Suite struct ScriptCheckTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "linqhook-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func program(_ bytes: [UInt8]) throws -> String {
    let file = folder.appending(path: UUID().uuidString)
    try Data(bytes).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    return file.path
  }

  private func hint(_ text: String) throws -> String? {
    try ScriptCheck.hint(command: [program(Array(text.utf8))], searchPath: nil)
  }

  @Test(arguments: [
    "#!/bin/sh\nexit 0\n", "#! /usr/bin/env -S sh -e\n", "#!/bin/sh", "#!/bin/sh -e\r-looks-odd\nx\r\n",
  ])
  func aProperScriptIsFine(_ text: String) throws { #expect(try hint(text) == nil) }

  @Test(arguments: [
    ("exit 0\n", "has no `#!`"), ("\n#!/bin/sh\n", "has no `#!`"), (" #!/bin/sh\n", "has no `#!`"),
    ("import sys\r\n", "has no `#!`"), ("", "is empty"), ("\u{FEFF}#!/bin/sh\n", "byte order mark"),
    ("#!/bin/sh\r\nexit 0\r\n", "CR LF"), ("#!/usr/bin/env python3\r\nprint()\r\n", "CR LF"),
    ("#!\nexit 0\n", "nothing behind"), ("#!/nowhere/python\n", "wants to be run by /nowhere/python"),
  ])
  func whatKeepsAScriptFromRunningIsNamed(_ text: String, _ words: String) throws {
    let hint = try #require(try hint(text))
    #expect(hint.contains(words) && hint.contains(folder.path))
  }

  @Test func aBinaryIsFine() { #expect(ScriptCheck.hint(command: ["sh"], searchPath: "/bin") == nil) }

  @Test func theScriptOfAShellIsLookedAtAsWell() throws {
    let script = try program(Array("exit 0\r\n".utf8))
    #expect(ScriptCheck.hint(command: ["/bin/sh", script], searchPath: nil)?.contains("CR LF") == true)
    // Python does not mind.
    #expect(ScriptCheck.hint(command: ["/usr/bin/env", script], searchPath: nil) == nil)
    #expect(ScriptCheck.hint(command: ["/bin/sh", "-c", "exit\r\n"], searchPath: nil) == nil)
  }

  @Test(arguments: [("exit 0\n", "has no `#!`"), ("#!/bin/sh\r\nexit 0\r\n", "CR LF")])
  func theStartOfSuchAProgramFailsWithTheHint(_ text: String, _ words: String) async throws {
    let path = try program(Array(text.utf8))
    let error = await #expect(throws: ChildProcessError.self) { try await run([path]) }
    #expect(error?.description.contains(words) == true)
  }
}
