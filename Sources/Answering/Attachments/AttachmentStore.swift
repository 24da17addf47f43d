public import LinqAPI
public import LinqEvents
import LinqhookHTTPClient
public import Logging
import ShownText
import Synchronization

/// Keeps the attachments of messages as files: `folder/<attachment id>/<name>`, each whole or not at all, fetched once.
///
/// One store serves any number of handlers. An attachment that is there is not fetched again, be it by another handler, a
/// retry or the next start.
public final class AttachmentStore: Sendable {
  /// What came of fetching the attachments of a message.
  public enum Outcome: Sendable {
    /// All are where they can be; the view says where, or why not.
    case ready(MessageView)
    /// One could not be fetched for a reason that will pass.
    case later(reason: String)
  }

  /// The sticky bit tells folders that the store has made from all others, which it never deletes anything in.
  static let folderMode: UInt32 = 0o1750

  let options: AttachmentOptions
  let statistics: AnsweringStatistics
  let logger: Logger
  private let fetcher: AttachmentFetcher
  private let gate: FetchGate
  private let sweeping = Mutex<(users: Int, task: Task<Void, Never>?)>((0, nil))

  /// A store; nothing happens before its start.
  ///
  /// - Parameters:
  ///   - options: where, and what is fetched.
  ///   - linq: renews URLs that have expired; nil without a token. V2 cannot.
  ///   - statistics: counts what is saved.
  ///   - logger: where troubles go.
  public init(
    _ options: AttachmentOptions,
    linq: LinqClient?,
    statistics: AnsweringStatistics,
    logger: Logger
  ) throws(AttachmentStoreError) {
    self.options = options
    self.statistics = statistics
    self.logger = logger
    gate = FetchGate(places: options.maxFetches)
    do throws(HTTPClientError) {
      fetcher = try AttachmentFetcher(options, linq: linq?.limited(timeout: .seconds(10)))
    } catch { throw AttachmentStoreError(description: error.description) }
  }

  /// Makes the folder and begins to look after it. Each start needs its stop.
  public func start() throws(AttachmentStoreError) {
    if let trouble = FolderCalls.make(options.folder, mode: 0o750) {
      throw AttachmentStoreError(
        description:
          "The folder \(options.folder) for attachments cannot be made: \(trouble). Make it, or name another."
      )
    }
    guard FolderCalls.isWritable(options.folder) else {
      throw AttachmentStoreError(
        description:
          "The folder \(options.folder) for attachments cannot be written to. Give it to linqhook's user."
      )
    }
    guard let keep = options.keep else { return }
    sweeping.withLock { [folder = options.folder, logger] state in
      state.users += 1
      guard state.task == nil else { return }
      let sweep = AttachmentSweep(folder: folder, keep: keep, logger: logger)
      state.task = Task(priority: .background) { await sweep.run() }
    }
  }

  /// Ends what looks after the folder, when nobody uses the store any more.
  public func stop() {
    sweeping.withLock { state in
      state.users = max(0, state.users - 1)
      guard state.users == 0 else { return }
      state.task?.cancel()
      state.task = nil
    }
  }

  /// Fetches what is attached to a message, side by side.
  public func fetch(_ view: MessageView) async -> Outcome {
    let media = (view.parts ?? []).enumerated().compactMap { index, part -> (Int, MessagePart.Media)? in
      if case .media(let media) = part { (index, media) } else { nil }
    }
    guard !media.isEmpty else { return .ready(view) }
    let prefix = view.messageID ?? view.eventID ?? "unknown"
    let results = await withTaskGroup(of: (Int, FetchResult).self) { group in
      for (index, media) in media {
        group.addTask { (index, await self.fetch(media, fallbackID: "\(prefix)-\(index)")) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    return Self.outcome(view, results)
  }

  private static func outcome(_ view: MessageView, _ results: [Int: FetchResult]) -> Outcome {
    var view = view
    for (index, result) in results {
      guard case .media(var media)? = view.parts?[index] else { continue }
      switch result {
      case .saved(let path, _): media.path = path
      case .refused(let reason), .failed(let reason): media.error = reason
      case .later(let reason): return .later(reason: reason)
      }
      view.parts?[index] = .media(media)
    }
    return .ready(view)
  }

  private func fetch(_ media: MessagePart.Media, fallbackID: String) async -> FetchResult {
    let folder = "\(options.folder)/\(SafeNames.folder(media.id ?? fallbackID))"
    let path = "\(folder)/\(SafeNames.file(media.filename))"
    await FetchTurns.shared.enter(path)
    defer { FetchTurns.shared.leave(path) }
    if let facts = FileFacts(path: path), facts.isRegular {
      // It is of use again, so its time begins again.
      FolderCalls.touch(path)
      return .saved(path: path, byteCount: nil)
    }
    await gate.enter()
    defer { gate.leave() }
    let result = await fetcher.fetch(media) {
      FolderCalls.make(folder, mode: Self.folderMode).map { ($0, path) } ?? (nil, path)
    }
    note(result, media)
    if case .saved = result { return result }
    FolderCalls.removeFolder(folder)
    return result
  }

  private func note(_ result: FetchResult, _ media: MessagePart.Media) {
    let id = media.id.map { Shown.line($0.prefix(64)) } ?? "none"
    switch result {
    case .saved(_, let byteCount): statistics.count(.saved, bytes: byteCount ?? 0)
    case .refused(let reason):
      statistics.count(.refused)
      logger.warning("attachment not fetched", metadata: ["attachment": "\(id)", "error": "\(reason)"])
    case .failed(let reason):
      statistics.count(.failed)
      logger.warning(
        "attachment could not be fetched",
        metadata: ["attachment": "\(id)", "error": "\(reason)"]
      )
    case .later(let reason):
      logger.info("attachment has to wait", metadata: ["attachment": "\(id)", "error": "\(reason)"])
    }
  }
}

/// What came of fetching one attachment.
enum FetchResult: Sendable, Equatable {
  /// It is there; the length where it was fetched just now.
  case saved(path: String, byteCount: Int64?)
  /// It is not to be fetched.
  case refused(String)
  /// It cannot be fetched, now or later.
  case failed(String)
  /// It could not be fetched, and may be later.
  case later(String)
}
