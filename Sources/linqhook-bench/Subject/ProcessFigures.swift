import Foundation
import Supervision

/// The kernel's figures of a process.
struct ProcessFigures: Sendable {
  var processorSeconds = 0.0
  var residentBytes = 0
  var residentBytesPeak = 0
  /// The bytes that it caused to be written to the disk.
  var writtenBytes = 0

  init?(_ process: Int32) {
    guard let times = ProcessTimes(of: "\(process)"), let status = Self.text(process, "status") else {
      return nil
    }
    processorSeconds = times.cpuSeconds
    residentBytes = Self.number(status, "VmRSS:") * 1024
    residentBytesPeak = Self.number(status, "VmHWM:") * 1024
    writtenBytes = Self.text(process, "io").map { Self.number($0, "write_bytes:") } ?? 0
  }

  private static func text(_ process: Int32, _ file: String) -> String? {
    try? String(contentsOfFile: "/proc/\(process)/\(file)", encoding: .utf8)
  }

  private static func number(_ text: String, _ name: String) -> Int {
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "") } ?? 0
  }
}
