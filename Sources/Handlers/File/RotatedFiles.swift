internal import FoundationEssentials
internal import LinqEvents

/// The rotated files. Their names carry the time, as with logrotate's `dateext`:
/// `events.ndjson.20261122T184500Z-0001`, then `.gz`. A name is given once and never moved on, so a kill
/// between two renames cannot leave gaps, and compression can take its time. Names sort by age.
struct RotatedFiles {
  struct File: Equatable {
    /// Without `.gz`.
    var path: String
    var isPlain: Bool
    var isCompressed: Bool
  }

  let path: String
  let directory: String
  private let prefix: String

  init(of path: String) {
    self.path = path
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let parent = parts.dropLast().joined(separator: "/")
    directory = parts.count < 2 ? "." : parent.isEmpty ? "/" : parent
    prefix = "\(parts.last ?? "")."
  }

  /// The files that we rotated, oldest first.
  func all() -> [File] {
    var files: [String: File] = [:]
    for name in names() {
      let isCompressed = name.hasSuffix(".gz")
      let plainName = isCompressed ? String(name.dropLast(3)) : name
      guard isOurs(plainName) else { continue }
      var file = files[plainName] ?? File(path: full(plainName), isPlain: false, isCompressed: false)
      if isCompressed { file.isCompressed = true } else { file.isPlain = true }
      files[plainName] = file
    }
    return files.values.sorted { $0.path < $1.path }
  }

  /// A name that sorts after all that are there, even if the clock was set back.
  func nextPath(atMilliseconds milliseconds: Int64) -> String {
    let stamp = RFC3339.text(milliseconds: milliseconds).prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    let first = full("\(prefix)\(stamp)-0001")
    guard let newest = all().last?.path, newest >= first else { return first }
    let number = (Int(newest.suffix(4)) ?? 0) + 1
    return newest.dropLast(4) + String(repeating: "0", count: max(0, 4 - String(number).count))
      + String(number)
  }

  /// Removes the oldest beyond `keep`.
  func prune(keep: Int) {
    for file in all().dropLast(max(0, keep)) {
      try? FileCalls.remove(file.path)
      try? FileCalls.remove(file.path + ".gz")
    }
  }

  /// Where the file that had our path is now, no matter who renamed it.
  func find(_ identity: FileIdentity, acrossBoots: Bool) -> String? {
    siblings().first {
      AppendFile.identity(of: $0)?.isSameFile(as: identity, acrossBoots: acrossBoots) == true
    }
  }

  /// The files beside ours whose names begin with its name, compressed ones left out, that were written to
  /// after the one given, newest first.
  func siblings(writtenSince path: String?) -> [String] {
    let since = path.map(AppendFile.modifiedAt) ?? 0
    return siblings().map { (path: $0, at: AppendFile.modifiedAt($0)) }
      .filter { $0.at >= since && $0.path != path }
      .sorted { $0.at > $1.at }
      .map(\.path)
  }

  private func siblings() -> [String] {
    let stem = String(prefix.dropLast())
    return names().filter { $0.hasPrefix(stem) && $0 != stem && !$0.hasSuffix(".gz") }.map(full)
  }

  private func names() -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
  }

  private func full(_ name: String) -> String { path.contains("/") ? "\(directory)/\(name)" : name }

  /// `20261122T184500Z-0001` after our own name.
  private func isOurs(_ name: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let stamp = name.dropFirst(prefix.count)
    return stamp.count == 21
      && zip(stamp, "00000000T000000Z-0000").allSatisfy { $1 == "0" ? $0.isWholeNumber : $0 == $1 }
  }
}
