import Foundation
import LinqhookAuthentication
import Pacing
import Supervision

/// The limits of this machine, measured in the same run: no receiver that syncs is faster than its disk.
enum MachineCeilings {
  /// How often 4 KiB can be appended to a file and synced in a second.
  static func syncsPerSecond(folder: String, seconds: Double = 2) throws -> Double {
    let path = "\(folder)/syncs"
    let file = try SyncedFile(path: path)
    defer {
      file.close()
      try? FileManager.default.removeItem(atPath: path)
    }
    let block = [UInt8](repeating: 0x5A, count: 4096)
    return try rate(seconds: seconds) { try file.append(block) }
  }

  /// How many messages of this length one thread authenticates in a second.
  static func codesPerSecond(bytes: Int, seconds: Double = 1) throws -> Double {
    let key = try HMACSHA256Key(try Secret(LoadGenerator.secret))
    let body = [UInt8](repeating: 0x5A, count: bytes)
    var sum: UInt8 = 0
    let rate = rate(seconds: seconds) {
      for _ in 0..<64 {
        var message = key.message()
        message.append(body.span)
        sum &+= message.authenticationCode().bytes[0]
      }
    }
    // The sum is used, so that the compiler keeps the work.
    return sum == 1 ? rate * 64 : rate * 64
  }

  private static func rate(seconds: Double, _ body: () throws -> Void) rethrows -> Double {
    let begin = MonotonicTime.now().nanoseconds
    let end = begin + Int64(seconds * 1e9)
    var count = 0.0
    var now = begin
    while now < end {
      try body()
      count += 1
      now = MonotonicTime.now().nanoseconds
    }
    return count / (Double(now - begin) / 1e9)
  }
}
