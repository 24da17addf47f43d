import Foundation

/// What the kernel says about this process, for the standard `process_*` metrics.
struct ProcessFigures {
  var cpuSeconds = 0.0
  var residentBytes = 0.0
  var virtualBytes = 0.0
  var startTimeSeconds = 0.0
  var openDescriptors = 0.0
  var descriptorsMax = 0.0
  var threads = 0.0

  /// Reads /proc (see proc(5)); what cannot be read stays zero.
  static func read() -> ProcessFigures {
    var figures = ProcessFigures()
    figures.readStatistics()
    let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    figures.openDescriptors = Double(descriptors?.count ?? 0)
    figures.descriptorsMax = limit(named: "Max open files")
    return figures
  }

  private mutating func readStatistics() {
    guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let nameEnd = text.lastIndex(of: ")")
    else { return }
    // The name may hold blanks and brackets, so fields are counted from behind it: the first is field 3.
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    func field(_ number: Int) -> Double { number - 3 < fields.count ? Double(fields[number - 3]) ?? 0 : 0 }
    let ticksPerSecond = 100.0
    cpuSeconds = (field(14) + field(15)) / ticksPerSecond
    threads = field(20)
    startTimeSeconds = Self.bootTimeSeconds + field(22) / ticksPerSecond
    virtualBytes = field(23)
    residentBytes = field(24) * 4096
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
