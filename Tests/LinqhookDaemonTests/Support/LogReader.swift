import Foundation
import SystemPackage

/// Somebody who reads a log, or does not.
struct LogReader {
  enum Kind: CaseIterable { case pipe, terminal, socket }

  struct Failure: Error { let errno: Int32 }

  static let lineBytes = 100
  let reading: FileHandle
  /// Never closed: what a test leaves over would be written into another's file.
  let writing: FileDescriptor

  init(_ kind: Kind) throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    let result =
      switch kind {
      case .pipe: unsafe pipe(&ends)
      case .socket: unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
      case .terminal: Self.openTerminal(&ends)
      }
    guard result == 0 else { throw Failure(errno: errno) }
    reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    writing = FileDescriptor(rawValue: ends[1])
  }

  /// As it is by default it would change the ends of lines, and speak back.
  private static func openTerminal(_ ends: inout [Int32]) -> Int32 {
    var settings = termios()
    unsafe cfmakeraw(&settings)
    var (near, far): (Int32, Int32) = (-1, -1)
    defer { ends = [near, far] }
    return unsafe openpty(&near, &far, nil, &settings, nil)
  }

  /// What is there to read.
  var waitingBytes: Int {
    var count: Int32 = 0
    return unsafe ioctl(reading.fileDescriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : -1
  }

  /// A line that begins with its number.
  static func line(_ number: Int) -> [UInt8] {
    Array("\(number) ".utf8) + [UInt8](repeating: 0x2e, count: lineBytes - 2 - "\(number)".count) + [0x0a]
  }

  /// The numbers of whole lines, read by a thread of its own until that of the number `last` has come.
  func numbers(until last: Int) async -> [Int] {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [reading] in
        var read = Data()
        while !read.suffix(Self.lineBytes).starts(with: "\(last) ".utf8) { read += reading.availableData }
        let lines = read.split(separator: 0x0a).filter { $0.count == Self.lineBytes - 1 }
        continuation.resume(
          returning: lines.compactMap { Int(String(decoding: $0.prefix { $0 != 0x20 }, as: UTF8.self)) }
        )
      }
    }
  }
}
