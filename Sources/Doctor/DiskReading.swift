/// Whether the file system of the inbox has room.
package enum DiskReading {
  private static let leastBytes: Int64 = 64 << 20

  /// - Parameters:
  ///   - freeBytes: what the file system has left.
  ///   - usedBytes: what the store takes now.
  ///   - maxBytes: what it may take.
  package static func judge(freeBytes: Int64, usedBytes: Int64, maxBytes: Int64, folder: String) -> Finding {
    let free = text(freeBytes)
    if freeBytes < leastBytes {
      return Finding(
        .problem,
        "disk",
        "\(folder) has \(free) left. Events are answered 503 when it is full. Free some space."
      )
    }
    let missing = maxBytes - usedBytes
    if freeBytes < missing {
      return Finding(
        .warning,
        "disk",
        "\(folder) has \(free) left, and the store may grow by \(text(missing)) up to inbox.max_bytes. Free some, or lower max_bytes."
      )
    }
    return Finding(.good, "disk", "\(folder) has \(free) left, enough for inbox.max_bytes.")
  }

  private static func text(_ bytes: Int64) -> String {
    bytes < 1 << 30 ? "\(max(0, bytes) >> 20) MiB" : "\(bytes / (1 << 30)) GiB"
  }
}
