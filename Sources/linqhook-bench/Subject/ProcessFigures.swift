import Foundation

/// What the kernel says of a process.
struct ProcessFigures: Sendable {
  var processorSeconds = 0.0
  var residentBytes = 0
  var residentBytesPeak = 0
  /// Bytes that were caused to be sent to the disk.
  var writtenBytes = 0
  var threads = 0

  init?(_ process: Int32) {
    guard let stat = Self.text(process, "stat"), let status = Self.text(process, "status") else { return nil }
    // Behind the name, which may hold anything: state is field 3, utime 14, stime 15 (proc(5)).
    let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
      return nil
    }
    // Clock ticks, 100 a second on Linux whatever the kernel's own rate.
    processorSeconds = (user + system) / 100
    residentBytes = Self.kibibytes(status, "VmRSS:") * 1024
    residentBytesPeak = Self.kibibytes(status, "VmHWM:") * 1024
    threads = Self.kibibytes(status, "Threads:")
    writtenBytes = Self.text(process, "io").map { Self.kibibytes($0, "write_bytes:") } ?? 0
  }

  private static func text(_ process: Int32, _ file: String) -> String? {
    try? String(contentsOfFile: "/proc/\(process)/\(file)", encoding: .utf8)
  }

  private static func kibibytes(_ text: String, _ name: String) -> Int {
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "") } ?? 0
  }
}
