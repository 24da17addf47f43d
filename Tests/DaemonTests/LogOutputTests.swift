import Foundation
import SystemPackage
import Testing

@testable import Daemon

/// Nobody who logs waits for whoever reads the log.
@Suite(.timeLimit(.minutes(1))) struct LogOutputTests {
  /// Three times the lines that may wait.
  private static let many = 3 * LogOutput.waitingBytesMax / lineBytes
  private static let lineBytes = 100
  private let pipe = Pipe()
  private let output: LogOutput

  init() throws {
    signal(SIGPIPE, SIG_IGN)
    // Never closed: what is left over at the end of a test would be written into another's file.
    output = LogOutput(
      descriptor: try FileDescriptor(rawValue: pipe.fileHandleForWriting.fileDescriptor).duplicate()
    )
  }

  /// A line of a hundred bytes that begins with its number.
  private func line(_ number: Int) -> [UInt8] {
    Array("\(number) ".utf8) + [UInt8](repeating: 0x2e, count: Self.lineBytes - 2 - "\(number)".count) + [
      0x0a
    ]
  }

  private func writeMany() -> Int { (0..<Self.many).reduce(0) { $0 + output.write(line($1)) } }

  /// The numbers of whole lines, read by a thread of its own until that of the number `last` has come.
  private func numbers(until last: Int) async -> [Int] {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [pipe] in
        var read = Data()
        while !read.suffix(Self.lineBytes).starts(with: "\(last) ".utf8) {
          read += pipe.fileHandleForReading.availableData
        }
        let lines = read.split(separator: 0x0a).filter { $0.count == Self.lineBytes - 1 }
        continuation.resume(
          returning: lines.compactMap { Int(String(decoding: $0.prefix { $0 != 0x20 }, as: UTF8.self)) }
        )
      }
    }
  }

  @Test func aLineIsOutWhenTheCallReturns() throws {
    #expect(fcntl(pipe.fileHandleForReading.fileDescriptor, F_SETFL, O_NONBLOCK) == 0)
    for number in 0..<100 {
      #expect(output.write(line(number)) == 0)
      #expect(try pipe.fileHandleForReading.read(upToCount: Self.lineBytes) == Data(line(number)))
    }
  }

  @Test func aReaderThatHangsHoldsNobodyUpAndGetsWholeLinesInOrderLater() async {
    #expect(writeMany() == 0)
    async let read = numbers(until: Self.many)
    await output.waitForRoom()
    let lost = output.write(line(Self.many))
    #expect(lost > 0)
    #expect(await read == Array(0..<Self.many - lost) + [Self.many])
  }

  @Test func aLineThatIsTooLongForAPipeKeepsItsPlace() async {
    async let read = numbers(until: 1000)
    #expect(output.write((0..<1000).flatMap(line)) == 0)
    #expect(output.write(line(1000)) == 0)
    #expect(await read == Array(0...1000))
  }

  @Test func whoWaitsForRoomMayBeCancelled() async {
    _ = writeMany()
    let waiting = Task { await output.waitForRoom() }
    waiting.cancel()
    await waiting.value
  }

  /// A process that ends must not wait for such a reader either.
  @Test func flushGivesUp() {
    _ = writeMany()
    output.flush()
  }

  @Test func flushWaitsForWhatIsTaken() async throws {
    async let read = numbers(until: 2000)
    _ = output.write((0...2000).flatMap(line))
    output.flush()
    // Nothing is in the queue's hands any more, so the next line is out when the call returns.
    #expect(await read == Array(0...2000))
    #expect(output.write(line(2001)) == 0)
    #expect(fcntl(pipe.fileHandleForReading.fileDescriptor, F_SETFL, O_NONBLOCK) == 0)
    #expect(try pipe.fileHandleForReading.read(upToCount: Self.lineBytes) == Data(line(2001)))
  }
}
