import Foundation
import Supervision

/// What the kernel says about this process, for the standard `process_*` metrics.
struct ProcessFigures {
  var cpuSeconds = 0.0
  var residentBytes = 0.0
  var virtualBytes = 0.0
  var startTimeSeconds = 0.0
  var openDescriptors = 0.0
  var maxDescriptors = 0.0
  var threads = 0.0

  /// Reads /proc (see proc(5)); what cannot be read stays zero.
  static func read() -> ProcessFigures {
    var figures = ProcessFigures()
    figures.readStatistics()
    let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    figures.openDescriptors = Double(descriptors?.count ?? 0)
    figures.maxDescriptors = limit(named: "Max open files")
    return figures
  }

  private mutating func readStatistics() {
    guard let times = ProcessTimes(of: "self") else { return }
    cpuSeconds = times.cpuSeconds
    threads = Double(times.threads)
    startTimeSeconds = Self.bootTimeSeconds + times.startedAfterBootSeconds
    virtualBytes = times.virtualBytes
    residentBytes = times.residentBytes
  }

  private static let bootTimeSeconds: Double = {
    let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
    return line.flatMap { Double($0.dropFirst(6)) } ?? 0
  }()

  private static func limit(named name: String) -> Double {
    let text = (try? String(contentsOfFile: "/proc/self/limits", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(separator: " ").compactMap { Double($0) }.first ?? 0
  }
}
