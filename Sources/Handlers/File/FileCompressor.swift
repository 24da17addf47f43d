internal import ChildProcesses
internal import Logging

/// Compresses rotated files, all but the newest: that one may have to be cut after a kill.
///
/// `gzip` does it, at low priority. The original goes only when its `.gz` is on the disk, so where both are
/// there the `.gz` was not finished: it is made again.
struct FileCompressor: Sendable {
  private let path: String
  private let mode: UInt32?
  private let logger: Logger

  /// - Parameter mode: the permissions of what is compressed; nil for those of the original.
  init(rotated: RotatedFiles, mode: UInt32?, logger: Logger) {
    path = rotated.path
    self.mode = mode
    self.logger = logger
  }

  func run() async {
    while !Task.isCancelled, let file = RotatedFiles(of: path).all().dropLast().first(where: \.isPlain) {
      guard await compress(file.path) else { return }
    }
  }

  private func compress(_ file: String) async -> Bool {
    let compressed = file + ".gz"
    let child = ChildProcess(
      ChildCommand(
        arguments: ["nice", "-n", "19", "gzip", "-k", "-f", "--", file],
        environment: ["PATH": ExecutableCheck.defaultSearchPath]
      )
    )
    do {
      try await child.start(input: .bytes([]))
      let end = await withTaskCancellationHandler {
        await child.waitForEnd()
      } onCancel: {
        Task { await child.end(grace: .seconds(1)) }
      }
      guard end.status == .exited(0) else {
        if end.cause == nil { warn(file, "gzip \(end.described)") }
        return false
      }
      if let mode { try FileCalls.setMode(path: compressed, mode) }
      try FileCalls.sync(path: compressed)
      try FileCalls.remove(file)
      return true
    } catch {
      warn(file, "\(error)")
      return false
    }
  }

  private func warn(_ file: String, _ error: String) {
    logger.warning(
      "could not compress a rotated file; it stays as it is",
      metadata: ["file": "\(file)", "error": "\(error)"]
    )
  }
}
