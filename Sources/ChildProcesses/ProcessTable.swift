internal import SystemPackage

/// What /proc tells about processes. Every answer may be outdated at once, except about children of ours:
/// they stay in the table until we reap them.
enum ProcessTable {
  struct Entry: Equatable {
    var isZombie: Bool
    var group: Int32
    var session: Int32
  }

  private static let maxEnvironmentBytes = 128 << 10
  private static let maxEnvironmentLooks = 5

  /// The direct children of this process, whichever of its threads they belong to.
  static func children() -> [Int32] {
    SystemCalls.names(in: "/proc/self/task").flatMap { thread in
      text(at: "/proc/self/task/\(thread)/children").split(separator: " ").compactMap { Int32($0) }
    }
  }

  /// A process; nil where there is none. See proc_pid_stat(5): the name in brackets may hold anything, so
  /// the fields are counted from its end.
  static func entry(_ process: Int32) -> Entry? {
    let text = text(at: "/proc/\(process)/stat")
    guard let nameEnd = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    guard fields.count > 3, let group = Int32(fields[2]), let session = Int32(fields[3]) else { return nil }
    return Entry(isZombie: fields[0] == "Z" || fields[0] == "X", group: group, session: session)
  }

  /// The environment that a process was started with; empty where we may not read it. Nil for one that has no arguments
  /// either: it is in the middle of `execve`, or ending. Under load that can take a tenth of a second.
  static func environment(_ process: Int32) -> Set<String>? {
    for _ in 0..<maxEnvironmentLooks {
      let environment = readEnvironment(process)
      if !environment.isEmpty { return environment }
      if text(at: "/proc/\(process)/cmdline").isEmpty { return nil }
      // The call may just be over, and the next one begin at once.
    }
    return []
  }

  /// In one piece: `execve` between two would cut it. A thread that has ended has no environment, also not the first,
  /// which stands for the process.
  private static func readEnvironment(_ process: Int32) -> Set<String> {
    var environment = text(at: "/proc/\(process)/environ", maxPieceBytes: maxEnvironmentBytes)
    for thread in environment.isEmpty ? SystemCalls.names(in: "/proc/\(process)/task") : [] {
      environment = text(at: "/proc/\(process)/task/\(thread)/environ", maxPieceBytes: maxEnvironmentBytes)
      if !environment.isEmpty { break }
    }
    return Set(environment.split(separator: "\0").map(String.init))
  }

  /// Whether any process of a group is alive.
  static func isGroupAlive(_ group: Int32) -> Bool {
    SystemCalls.names(in: "/proc").contains { name in
      guard let process = Int32(name), let entry = entry(process) else { return false }
      return entry.group == group && !entry.isZombie
    }
  }

  /// Not by Foundation: in Swift 6.3.1 it loses 4 KiB for each file that turns out to be empty, and the lists of
  /// children of nearly all threads are.
  private static func text(at path: String, maxPieceBytes: Int = 4096) -> String {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec) else {
      return ""
    }
    defer { try? file.close() }
    var bytes: [UInt8] = []
    while let piece = SystemCalls.read(file, maxBytes: maxPieceBytes), !piece.isEmpty { bytes += piece }
    return String(decoding: bytes, as: UTF8.self)
  }
}
