import Foundation
import SystemPackage
import TestKit
import Testing

@testable import LinqhookDaemon

/// Nobody who logs waits for whoever reads the log.
@Suite(.timeLimit(.minutes(1))) struct LogOutputTests {
  /// Three times the lines that may wait.
  private static let many = 3 * LogOutput.maxWaitingBytes / LogReader.lineBytes

  private func writeMany(_ output: LogOutput) -> Int {
    (0..<Self.many).reduce(0) { $0 + output.write(LogReader.line($1)) }
  }

  /// Of a pipe, a terminal and a socket; a program that shares the open file may have made it one that does not wait.
  @Test(arguments: LogReader.Kind.allCases, [false, true])
  func aReaderThatHangsHoldsNobodyUpAndGetsWholeLinesInOrderLater(kind: LogReader.Kind, isShared: Bool)
    async throws
  {
    let reader = try LogReader(kind)
    if isShared { #expect(fcntl(reader.writing.rawValue, F_SETFL, O_NONBLOCK) == 0) }
    let output = LogOutput(descriptor: reader.writing)
    // A terminal takes in by and by what it is given, so it may make room meanwhile.
    let lostMeanwhile = writeMany(output)
    async let read = reader.numbers(until: Self.many)
    await output.waitUntilWritten()
    let lost = lostMeanwhile + output.write(LogReader.line(Self.many))
    #expect(lost > 0)
    let numbers = await read
    #expect(numbers.count == Self.many + 1 - lost)
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// A terminal hands on by a thread of the kernel's, so there it cannot be seen.
  @Test(arguments: [LogReader.Kind.pipe, .socket])
  func aLineThatIsTakenIsOutWhenTheCallReturns(kind: LogReader.Kind) throws {
    let reader = try LogReader(kind)
    let output = LogOutput(descriptor: reader.writing)
    for number in 0..<100 {
      #expect(output.write(LogReader.line(number)) == 0)
      #expect(reader.waitingBytes == LogReader.lineBytes)
      #expect(try reader.reading.read(upToCount: LogReader.lineBytes) == Data(LogReader.line(number)))
    }
  }

  @Test func aFileTakesEverythingAtOnce() throws {
    let folder = try TemporaryFolder()
    let file = try FileDescriptor.open(
      FilePath("\(folder.path)/log"),
      .writeOnly,
      options: [.create, .append],
      permissions: .ownerReadWrite
    )
    defer { try? file.close() }
    #expect(writeMany(LogOutput(descriptor: file)) == 0)
    let lines = try Data(contentsOf: URL(filePath: "\(folder.path)/log"))
    #expect(lines == Data((0..<Self.many).flatMap(LogReader.line)))
  }

  @Test func aLineThatIsTooLongForAPipeKeepsItsPlace() async throws {
    let reader = try LogReader(.pipe)
    let output = LogOutput(descriptor: reader.writing)
    async let read = reader.numbers(until: 1000)
    #expect(output.write((0..<1000).flatMap(LogReader.line)) == 0)
    #expect(output.write(LogReader.line(1000)) == 0)
    #expect(await read == Array(0...1000))
  }

  @Test func whoWaitsHasWhatWasLoggedBeforeOut() async throws {
    let reader = try LogReader(.pipe)
    let output = LogOutput(descriptor: reader.writing)
    _ = output.write((0...2000).flatMap(LogReader.line))
    async let read = reader.numbers(until: 2000)
    await output.waitUntilWritten()
    #expect(await read == Array(0...2000))
    // Nothing is in the queue's hands any more.
    #expect(output.write(LogReader.line(2001)) == 0)
    #expect(reader.waitingBytes == LogReader.lineBytes)
  }

  @Test func whoWaitsMayBeCancelled() async throws {
    let output = LogOutput(descriptor: try LogReader(.pipe).writing)
    _ = writeMany(output)
    let waiting = Task { await output.waitUntilWritten() }
    waiting.cancel()
    await waiting.value
  }

  /// A process that ends must not wait for such a reader either.
  @Test func flushGivesUp() throws {
    let output = LogOutput(descriptor: try LogReader(.pipe).writing)
    _ = writeMany(output)
    output.flush()
  }

  @Test func aFullDiskIsWaitedFor() async throws {
    let full = try FileDescriptor.open(FilePath("/dev/full"), .writeOnly)
    defer { try? full.close() }
    let output = LogOutput(descriptor: full)
    for number in 0..<3 { #expect(output.write(LogReader.line(number)) == 0) }
    let reader = try LogReader(.pipe)
    _ = try reader.writing.duplicate(as: full)
    #expect(await reader.numbers(until: 2) == [0, 1, 2])
  }

  @Test func whatCannotBeWrittenIsCounted() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: URL(filePath: "\(folder.path)/log"))
    let closed = try FileDescriptor.open(FilePath("\(folder.path)/log"), .readOnly)
    defer { try? closed.close() }
    let output = LogOutput(descriptor: closed)
    for number in 0..<3 { #expect(output.write(LogReader.line(number)) == 0) }
    let again = try FileDescriptor.open(FilePath("\(folder.path)/log"), .writeOnly)
    defer { try? again.close() }
    _ = try again.duplicate(as: closed)
    #expect(output.write(LogReader.line(3)) == 3)
  }
}
