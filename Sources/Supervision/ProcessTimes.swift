internal import Foundation

/// The figures of a process in /proc/PID/stat (proc(5)).
package struct ProcessTimes: Sendable {
  /// The processor time of all its threads, ended ones included.
  package var cpuSeconds = 0.0
  /// How many threads it has.
  package var threads = 0
  /// The time from the machine's start to the process's start.
  package var startedAfterBootSeconds = 0.0
  /// Its mapped memory.
  package var virtualBytes = 0.0
  /// Its resident memory.
  package var residentBytes = 0.0

  /// Clock ticks are hundredths of a second on Linux whatever the kernel's own rate.
  private static let ticksPerSecond = 100.0
  private static let pageBytes = 4096.0

  /// - Parameter process: its id, or `self`.
  package init?(of process: String) {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let nameEnd = text.lastIndex(of: ")")
    else { return nil }
    // The name may hold spaces and brackets, so fields are counted from its end: the first is field 3.
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    func field(_ number: Int) -> Double { number - 3 < fields.count ? Double(fields[number - 3]) ?? 0 : 0 }
    cpuSeconds = (field(14) + field(15)) / Self.ticksPerSecond
    threads = Int(field(20))
    startedAfterBootSeconds = field(22) / Self.ticksPerSecond
    virtualBytes = field(23)
    residentBytes = field(24) * Self.pageBytes
  }
}
