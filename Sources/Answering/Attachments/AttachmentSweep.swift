import FoundationEssentials
import LinqhookHTTPClient
import Logging

/// Deletes attachments that have been kept long enough, and what a killed process left unfinished. It goes through the
/// folder name by name and rests in between, so that a large one costs neither memory nor anybody's time.
struct AttachmentSweep: Sendable {
  private static let namesBetweenRests = 500
  private static let keepOfUnfinished = Duration.seconds(24 * 3600)

  let folder: String
  let keep: Duration
  let logger: Logger

  /// Sweeps until the task is cancelled: about a hundred times in the time that files are kept, but not more often than once
  /// a second nor more seldom than once an hour.
  func run() async {
    while !Task.isCancelled {
      await sweep(now: Int64(Date.now.timeIntervalSince1970))
      do { try await Task.sleep(for: min(.seconds(3600), max(.seconds(1), keep / 100))) } catch { return }
    }
  }

  /// Goes through the folder once.
  func sweep(now: Int64) async {
    var (seen, deleted) = (0, 0)
    for name in FolderNames(folder) {
      seen += 1
      if seen % Self.namesBetweenRests == 0 { try? await Task.sleep(for: .milliseconds(20)) }
      if Task.isCancelled { return }
      let path = "\(folder)/\(name)"
      guard isOwn(path) else { continue }
      deleted += sweepOne(path, now: now)
    }
    if deleted > 0 {
      logger.info("old attachments deleted", metadata: ["count": "\(deleted)", "folder": "\(folder)"])
    }
  }

  /// Whether the store has made this folder, and nobody else.
  private func isOwn(_ path: String) -> Bool {
    guard let facts = FileFacts(path: path) else { return false }
    return facts.isFolder && facts.mode == AttachmentStore.folderMode && facts.owner == FolderCalls.ownUser
  }

  private func sweepOne(_ path: String, now: Int64) -> Int {
    var (deleted, removed) = (0, 0)
    for name in FolderNames(path) {
      let file = "\(path)/\(name)"
      guard let facts = FileFacts(path: file), facts.isRegular else { continue }
      let isUnfinished = name.hasPrefix(DownloadTarget.temporaryPrefix)
      let limit = isUnfinished ? Self.keepOfUnfinished : keep
      guard .seconds(now - facts.modifiedAtSeconds) > limit else { continue }
      FolderCalls.removeFile(file)
      removed += 1
      if !isUnfinished { deleted += 1 }
    }
    // One in which something is left stays. An empty one may have been made for a fetch that begins just now.
    let isOld = FileFacts(path: path).map { now - $0.modifiedAtSeconds > 60 } ?? false
    if removed > 0 || isOld { FolderCalls.removeFolder(path) }
    return deleted
  }
}
