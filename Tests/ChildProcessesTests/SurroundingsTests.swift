import ChildProcesses
import Foundation
import SystemPackage
import TestKit
import Testing

@Suite struct Surroundings {
  @Test func childHasTheEnvironmentGivenAndNothingElse() async throws {
    let result = try await run(["/usr/bin/env"], environment: ["B": "2", "A": "one two"])
    #expect(result.recorder.lines.sorted() == ["A=one two", "B=2"])
  }

  @Test func inputArrivesByteForByte() async throws {
    let input = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let result = try await run(["/usr/bin/sha256sum"], input: input)
    let again = try await run(["/usr/bin/sha256sum"], input: input + [0])
    #expect(result.recorder.output.count > 64)
    #expect(result.recorder.output != again.recorder.output)
    let echoed = try await run(["/bin/cat"], input: Array("a\0b\u{FFFD}\r\n".utf8))
    #expect(echoed.recorder.output == "a\0b\u{FFFD}\r\n")
  }

  @Test func mebibytesToAChildThatNeverReadsBlockNobody() async throws {
    let result = try await run(["/bin/true"], input: [UInt8](repeating: 65, count: 4 << 20))
    #expect(result.end == ChildEnd(status: .exited(0)))
  }

  @Test func noDescriptorOfTheParentIsInherited() async throws {
    let leaky = try (0..<8).map { _ in try FileDescriptor.open(FilePath("/dev/null"), .readOnly) }
    defer { for descriptor in leaky { try? descriptor.close() } }
    let result = try await run(["/bin/ls", "/proc/self/fd"])
    // The fourth is the folder that ls itself reads.
    #expect(result.recorder.lines == ["0", "1", "2", "3"])
  }

  @Test func noSignalIsBlockedOrIgnored() async throws {
    ProcessSetup.prepare()
    let result = try await run(["/bin/grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"])
    let sets = result.recorder.lines.compactMap { UInt64($0.split(separator: "\t")[1], radix: 16) }
    // glibc's posix_spawn leaves its two internal signals, 32 and 33, ignored.
    let internalSignals: UInt64 = 0x1_8000_0000
    #expect(sets.count == 2)
    #expect(sets.allSatisfy { $0 & ~internalSignals == 0 })
  }

  @Test func childLeadsASessionAndAGroup() async throws {
    let result = try await run(shell("echo $$; cut -d' ' -f5,6 /proc/$$/stat"))
    let process = try #require(result.recorder.lines.first)
    #expect(result.recorder.lines.last == "\(process) \(process)")
  }

  @Test func filesOfTheChildArePrivate() async throws {
    ProcessSetup.prepare()
    let result = try await run(shell("umask"))
    #expect(result.recorder.output == "0077\n")
  }

  @Test func childStartsInItsDirectory() async throws {
    let result = try await run(["/bin/pwd"], directory: "/usr")
    #expect(result.recorder.output == "/usr\n")
  }

  @Test func relativeProgramStartsFromItsDirectory() async throws {
    let result = try await run(["./pwd"], directory: "/bin")
    #expect(result.end == ChildEnd(status: .exited(0)))
  }

  @Test func streamsAreKeptApart() async throws {
    let result = try await run(shell("echo out; echo err >&2; printf rest"))
    #expect(result.recorder.output == "out\nrest")
    #expect(result.recorder.errorOutput == "err\n")
  }

  @Test func bareNameIsFoundByThePathOfTheEnvironment() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("linqhook-tool", "#!/bin/sh\necho found\n", mode: 0o755)
    let result = try await run(["linqhook-tool"], environment: ["PATH": "/nowhere:\(folder.path)"])
    #expect(result.recorder.output == "found\n")
  }
}

@Suite struct ProgramsThatCannotRun {
  @Test func missingProgramIsNamed() async throws {
    let problem = ExecutableCheck.problem(command: ["/nowhere/hook"], environment: [:])
    #expect(problem?.contains("/nowhere/hook") == true)
    await #expect(throws: ChildProcessError.self) { try await run(["/nowhere/hook"]) }
  }

  @Test func bareNameThatIsNowhereTellsWhereItWasLookedFor() {
    let problem = ExecutableCheck.problem(command: ["no-such-tool"], environment: ["PATH": "/usr/bin:/bin"])
    #expect(problem?.contains("/usr/bin:/bin") == true)
  }

  @Test func fileWithoutTheExecutableBitIsTold() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("hook", "#!/bin/sh\n")
    #expect(ExecutableCheck.problem(command: [file], environment: [:])?.contains("not executable") == true)
    #expect(
      ExecutableCheck.problem(command: ["hook"], environment: ["PATH": folder.path])?.contains("chmod")
        == true
    )
  }

  @Test func folderIsNoProgram() {
    #expect(ExecutableCheck.problem(command: ["/usr"], environment: [:])?.contains("not a file") == true)
  }

  @Test func emptyCommandIsTold() {
    #expect(ExecutableCheck.problem(command: [], environment: [:])?.contains("empty") == true)
  }

  @Test func programThatRunsHasNoProblem() {
    #expect(ExecutableCheck.problem(command: ["true"], environment: ["PATH": "/usr/bin:/bin"]) == nil)
    #expect(ExecutableCheck.problem(command: ["/bin/true"], environment: [:]) == nil)
  }

  @Test func programThatIsStillBeingWrittenIsWaitedForAMomentOnly() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("hook", "#!/bin/sh\n", mode: 0o755)
    let writer = try FileDescriptor.open(FilePath(file), .writeOnly, options: .closeOnExec)
    let error = await #expect(throws: ChildProcessError.self) { try await run([file]) }
    #expect(error?.description.contains("busy") == true, "\(String(describing: error))")
    let running = Task { try await run([file]) }
    try writer.close()
    #expect(try await running.value.end.status == .exited(0))
  }

  @Test func missingInterpreterOrDirectoryIsTold() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("hook", "#!/nowhere/interpreter\n", mode: 0o755)
    let error = await #expect(throws: ChildProcessError.self) { try await run([file]) }
    #expect(error?.description.contains("interpreter") == true, "\(String(describing: error))")
    let other = await #expect(throws: ChildProcessError.self) {
      try await run(["/bin/true"], directory: "/nowhere")
    }
    #expect(other?.description.contains("/nowhere") == true)
  }
}
