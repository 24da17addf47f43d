import Foundation
import TestKit
import Testing

@testable import ChildProcesses

@Suite struct TheEndOfAChild {
  @Test func statusIsReported() async throws {
    #expect(try await run(shell("exit 65")).end == ChildEnd(status: .exited(65)))
  }

  @Test func signalIsReported() async throws {
    #expect(try await run(shell("kill -9 $$")).end == ChildEnd(status: .signalled(9)))
  }

  @Test func grandchildThatHoldsTheOutputDoesNotHoldTheWait() async throws {
    ProcessSetup.prepare()
    let result = try await run(shell("sleep 600 & echo $!; exit 0"), timeout: .seconds(300))
    #expect(result.end == ChildEnd(status: .exited(0)))
    let grandchild = try #require(result.recorder.lines.first.flatMap { Int32($0) })
    #expect(!isAlive(grandchild))
  }

  @Test func whatAChildLeavesRunningIsEndedWithIt() async throws {
    ProcessSetup.prepare()
    let ready = "\(try TemporaryFolder().path)-ready"
    defer { try? FileManager.default.removeItem(atPath: ready) }
    let script =
      "setsid sleep 600 & echo $!; sh -c 'trap \"\" TERM; : >\(ready); sleep 600' & echo $!; "
      + "until [ -e \(ready) ]; do :; done; exit 3"
    let result = try await run(
      shell(script),
      environment: ["PATH": "/usr/bin:/bin", "MARK": UUID().uuidString],
      markers: ["MARK"]
    )
    #expect(result.end == ChildEnd(status: .exited(3)))
    for line in result.recorder.lines {
      let left = try #require(Int32(line))
      await eventually("what was left is gone") { !isAlive(left) }
    }
  }

  @Test func allThatWasWrittenBeforeTheEndIsRead() async throws {
    let result = try await run(shell("head -c 300000 /dev/zero | tr '\\0' x; exit 3"))
    #expect(result.recorder.output.count == 300_000)
    #expect(result.end == ChildEnd(status: .exited(3)))
  }

  @Test func waitersAfterTheEndAreAnswered() async throws {
    let child = ChildProcess(ChildCommand(arguments: ["/bin/true"]))
    try await child.start(input: .bytes([]))
    async let first = child.waitForEnd()
    async let second = child.waitForEnd()
    #expect(await [first, second] == [ChildEnd(status: .exited(0)), ChildEnd(status: .exited(0))])
    #expect(await child.waitForEnd() == ChildEnd(status: .exited(0)))
  }
}

@Suite struct TheLadderThatEndsAChild {
  @Test func timeoutAsksFirst() async throws {
    let result = try await run(shell("trap 'exit 4' TERM; while :; do sleep 1; done"), timeout: .seconds(0.2))
    #expect(result.end.cause == .timeout)
    #expect(result.end.status == .exited(4))
  }

  @Test func whoIgnoresTheRequestIsKilledWithHisGroup() async throws {
    let script = "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; sleep 600' & sleep 600"
    let result = try await run(shell(script), timeout: .seconds(0.3), grace: .seconds(0.1))
    #expect(result.end == ChildEnd(status: .signalled(9), cause: .timeout))
    let member = try #require(result.recorder.lines.first.flatMap { Int32($0) })
    await eventually("the group is gone") { !isAlive(member) }
  }

  @Test func groupHasTheGraceAlsoWhenItsLeaderIsGone() async throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/cleaned"
    // Leader and member get the request together; the member needs longer.
    let script =
      "sh -c 'trap \"sleep 0.3; : > \(file); exit\" TERM; echo ready; while :; do sleep 0.05; done' & wait"
    let recorder = Recorder()
    let child = ChildProcess(ChildCommand(arguments: shell(script), environment: ["PATH": "/bin"])) {
      recorder.record($0, $1)
    }
    try await child.start(input: .bytes([]))
    await eventually("the member is ready") { recorder.output.contains("ready") }
    await child.end(grace: .seconds(30))
    #expect(await child.waitForEnd() == ChildEnd(status: .signalled(15), cause: .request))
    #expect(FileManager.default.fileExists(atPath: file))
  }

  @Test func stoppedChildIsEnded() async throws {
    let result = try await run(shell("kill -STOP $$"), timeout: .seconds(0.2), grace: .seconds(20))
    #expect(result.end == ChildEnd(status: .signalled(15), cause: .timeout))
  }

  @Test func descendantWithASessionOfItsOwnIsFoundByTheMarkers() async throws {
    ProcessSetup.prepare()
    let marker = UUID().uuidString
    let script =
      "setsid sh -c 'echo $$; sh -c \"echo \\$\\$; exec sleep 600\"' & setsid sleep 600 & sleep 600"
    let result = try await run(
      shell(script),
      environment: ["PATH": "/usr/bin:/bin", "MARK": marker],
      markers: ["MARK"],
      timeout: .seconds(0.5),
      grace: .seconds(0.1)
    )
    let strays = result.recorder.lines.compactMap { Int32($0) }
    #expect(strays.count == 2)
    #expect(strays.allSatisfy { !isAlive($0) })
  }

  /// Each has a session of its own, and falls to us when the one above it has died: the end must not be called while one
  /// changes hands.
  @Test(arguments: 1...5) func ofAChainOfDescendantsNoneIsLeft(round: Int) async throws {
    ProcessSetup.prepare()
    let link = #"echo $$; n=$1; [ $n = 0 ] || setsid sh -c "$LINK" link $((n - 1)) & exec sleep 600"#
    let environment = ["PATH": "/usr/bin:/bin", "LINK": link, "MARK": UUID().uuidString]
    let recorder = Recorder()
    let child = ChildProcess(
      ChildCommand(
        arguments: shell(#"sh -c "$LINK" link 12 & sleep 600"#),
        environment: environment,
        markers: ["MARK"]
      ),
      onOutput: { recorder.record($0, $1) }
    )
    try await child.start(input: .bytes([]))
    await eventually("the chain is there") { recorder.lines.count == 13 }
    await child.end(grace: .seconds(0.1))
    _ = await child.waitForEnd()
    #expect(recorder.lines.compactMap { Int32($0) }.filter(isAlive) == [])
  }

  /// The process table calls it a zombie.
  @Test func aDescendantWhoseFirstThreadHasEndedIsKilledToo() async throws {
    ProcessSetup.prepare()
    let program = """
      import ctypes, os, threading, time
      threading.Thread(target=time.sleep, args=(600,)).start()
      print(os.getpid(), flush=True)
      ctypes.CDLL(None).syscall(60, 0)
      """
    let result = try await run(
      shell(#"setsid /usr/bin/python3 -c "$PROGRAM" & wait"#),
      environment: ["PATH": "/usr/bin:/bin", "PROGRAM": program, "MARK": UUID().uuidString],
      markers: ["MARK"],
      timeout: .seconds(2),
      grace: .seconds(0.1)
    )
    let process = try #require(result.recorder.lines.first.flatMap { Int32($0) })
    #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)/stat"))
  }

  /// It has no environment for a moment each time.
  @Test func aDescendantThatStartsItselfAnewAllTheTimeIsTakenForNoStranger() async throws {
    ProcessSetup.prepare()
    let marker = UUID().uuidString
    let markers: Set = ["MARK=\(marker)"]
    let result = try await run(
      shell(#"{ setsid sh -c 'echo $$; eval "$AGAIN"' & } | { read process; echo $process; }"#),
      environment: [
        "PATH": "/usr/bin:/bin", "AGAIN": #"exec sh -c "$AGAIN""#, "MARK": marker,
      ]
    )
    let process = try #require(result.recorder.lines.first.flatMap { Int32($0) })
    let registry = ChildRegistry.shared
    #expect((0..<1000).count { _ in !registry.hasOrphans(session: -1, markers: markers) } == 0)
    await eventually("all are killed") { registry.killOrphans(session: -1, markers: markers) == 0 }
    #expect(!isAlive(process))
  }

  @Test func strangersWithOtherMarkersAreLeftAlone() async throws {
    ProcessSetup.prepare()
    let bystander = try await run(
      // Nothing tells that it is ours: it has a session of its own, and no marker was given. Its own words say when.
      shell("{ setsid sh -c 'echo $$; exec sleep 600' & } | { read process; echo $process; }"),
      environment: ["PATH": "/usr/bin:/bin", "MARK": "other"]
    )
    let stranger = try #require(bystander.recorder.lines.first.flatMap { Int32($0) })
    _ = try await run(
      shell("sleep 600"),
      environment: ["PATH": "/usr/bin:/bin", "MARK": "mine"],
      markers: ["MARK"],
      timeout: .seconds(0.1),
      grace: .seconds(0.1)
    )
    #expect(isAlive(stranger))
    kill(stranger, SIGKILL)
    await eventually("the stranger is reaped") {
      !FileManager.default.fileExists(atPath: "/proc/\(stranger)")
    }
  }
}

@Suite struct Housekeeping {
  @Test func orphansAreReaped() async throws {
    ProcessSetup.prepare()
    let result = try await run(shell("sleep 0.2 >/dev/null 2>&1 & echo $!"))
    let orphan = try #require(result.recorder.lines.first.flatMap { Int32($0) })
    await eventually("the orphan left the process table") {
      !FileManager.default.fileExists(atPath: "/proc/\(orphan)")
    }
  }

  @Test func childrenOfOtherCodeInThisProgramAreNotReaped() async throws {
    ProcessSetup.prepare()
    let other = Process()
    other.executableURL = URL(fileURLWithPath: "/bin/sh")
    other.arguments = ["-c", "exit 3"]
    try other.run()
    for _ in 0..<5 { try await run(shell("sleep 600"), timeout: .seconds(0.01), grace: .seconds(0.01)) }
    other.waitUntilExit()
    #expect(other.terminationStatus == 3)
  }

  @Test func inputByAndByReachesTheChildAndEnds() async throws {
    let recorder = Recorder()
    let child = ChildProcess(ChildCommand(arguments: ["/usr/bin/wc", "-c"])) { recorder.record($0, $1) }
    try await child.start(input: .pipe)
    for _ in 0..<64 { await child.write([UInt8](repeating: 10, count: 16_384)) }
    await child.closeInput()
    #expect(await child.waitForEnd() == ChildEnd(status: .exited(0)))
    #expect(recorder.output == "1048576\n")
  }

  @Test func childThatClosesItsInputEndsNobodyElse() async throws {
    let child = ChildProcess(
      ChildCommand(arguments: shell("exec <&-; echo closed; sleep 0.1"), environment: ["PATH": "/bin"])
    )
    try await child.start(input: .pipe)
    for _ in 0..<64 { await child.write([UInt8](repeating: 10, count: 16_384)) }
    await child.closeInput()
    #expect(await child.waitForEnd() == ChildEnd(status: .exited(0)))
  }
}

@Suite struct Lines {
  @Test func areCutAtLineFeeds() {
    var splitter = LineSplitter()
    var lines: [String] = []
    let collect = { (line: [UInt8]) in lines.append(String(decoding: line, as: UTF8.self)) }
    splitter.append(Array("a\nb".utf8), collect)
    splitter.append(Array("c\n\nd".utf8), collect)
    #expect(lines == ["a", "bc", ""])
    splitter.finish(collect)
    #expect(lines == ["a", "bc", "", "d"])
    splitter.finish(collect)
    #expect(lines.count == 4)
  }

  @Test func longOnesComeInPieces() {
    var splitter = LineSplitter(maxLineBytes: 4)
    var lines: [String] = []
    let collect = { (line: [UInt8]) in lines.append(String(decoding: line, as: UTF8.self)) }
    splitter.append(Array("abcdefghij".utf8), collect)
    splitter.append(Array("klm\nn\n".utf8), collect)
    #expect(lines == ["abcd", "efgh", "ijkl", "m", "n"])
  }
}
