import Doctor
import Foundation
import LinqhookConfiguration
import LinqhookDaemon

/// What can be seen on this machine without the receiver: configuration, programs, disk.
enum MachineExamination {
  static func configuration(_ loaded: LoadedSettings) -> [Finding] {
    var findings = loaded.warnings.map { Finding(.warning, "configuration", $0.description) }
    findings += loaded.notes.map { Finding(.warning, "configuration", $0.description) }
    if findings.isEmpty {
      let name = loaded.sourcePath ?? "the defaults with the environment"
      findings.append(Finding(.good, "configuration", "\(name) is good."))
    }
    return findings
  }

  /// Programs that cannot start are a problem: their handlers' events become dead letters.
  static func programs(_ settings: Settings) -> [Finding] {
    let problems = ProgramHints.problems(
      in: settings,
      environment: ProcessInfo.processInfo.environment
    )
    guard problems.isEmpty else { return problems.map { Finding(.problem, "programs", $0) } }
    return [Finding(.good, "programs", "the programs of all handlers can start.")]
  }

  static func disk(_ settings: Settings) -> [Finding] {
    let folder = URL(filePath: settings.inbox.path).deletingLastPathComponent().path
    guard let system = try? FileManager.default.attributesOfFileSystem(forPath: folder),
      let free = (system[.systemFreeSize] as? NSNumber)?.int64Value
    else {
      return [
        Finding(
          .problem,
          "disk",
          "\(folder), the folder of the inbox, cannot be looked at. Create it, or run doctor as the receiver's user."
        )
      ]
    }
    let used = ["", "-wal"].reduce(Int64(0)) { sum, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: settings.inbox.path + suffix)
      return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
    }
    return [
      DiskReading.judge(
        freeBytes: free,
        usedBytes: used,
        maxBytes: Int64(settings.inbox.maxBytes),
        folder: folder
      )
    ]
  }
}
