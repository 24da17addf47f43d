// Events into a file, each exactly once, as long as nobody takes lines away.
//
// A batch is appended in one write; then its checkpoint goes back to the dispatcher, which keeps it in the same
// transaction as the cursor. What a kill leaves between the two is found at the next start and not written again
// (FileRecovery.swift reads the lines, UnrecordedLines.swift compares them). FileWriter.checkpoint makes the
// checkpoint; BatchPump and ProgressWriter of LinqhookDelivery keep it.
//
// A file is rotated after a batch, in one rename; the batch's checkpoint already names the new file, and recovery
// finds the old one by its inode.
//
// logrotate: `create` with SIGUSR1 in `postrotate` loses nothing, with `delaycompress`. `copytruncate` copies
// and then cuts, and what is written between the two is gone: it is noticed and logged, and cannot be repaired.

internal import ChildProcesses
internal import Dispatch
public import LinqhookDelivery
public import LinqhookInbox
public import Logging
internal import SystemPackage

/// Appends events to a file as NDJSON.
public actor FileHandler: BatchEventHandler {
  private static let rotationPauseSeconds = 60
  /// Once this many bytes wait, they are synced before the interval is over. The inbox's commits wait for the same disk: the lines of a whole
  /// busy second would keep it for some 10 ms at a time.
  private static let maxUnsyncedBytes: Int64 = 1 << 20

  /// At 5000 events a second a write of one or two lines each costs several times what the lines cost.
  public nonisolated let gatheringTime = Duration.milliseconds(5)

  private nonisolated let executor = SerialQueueExecutor(label: "linqhook.file")
  /// All calls on the file are made on a queue of the handler's own, because they block.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  private let options: FileHandlerOptions
  private let logger: Logger
  private let rotated: RotatedFiles
  private var writer: FileWriter?
  private var isSyncScheduled = false
  private var noRotationBeforeSeconds: Int64 = 0
  private var compression: Task<Void, Never>?

  /// A handler that writes as its options say.
  public init(options: FileHandlerOptions, logger: Logger) {
    self.options = options
    var logger = logger
    logger[metadataKey: "path"] = .string(options.path)
    self.logger = logger
    rotated = RotatedFiles(of: options.path)
  }

  /// Opens and locks the file and finds out where to go on.
  ///
  /// - Throws: `FileHandlerError` where the file cannot be opened, is no file, or is in use.
  public func start(checkpoint: [UInt8]?, cursor: Int64) async throws -> BatchResumption {
    let file = try AppendFile(locking: options.path)
    // Read while there are descriptors to read it with; checkpoints name it.
    _ = FileCheckpoint.currentBoot
    do throws(Errno) {
      let recovery = try FileRecovery(
        checkpoint: checkpoint.flatMap(FileCheckpoint.init),
        cursor: cursor,
        current: file,
        rotated: rotated,
        sync: options.sync
      )
      for remark in recovery.remarks { logger.warning(remark.message, metadata: remark.metadata) }
      writer = try FileWriter(options, logger: logger, file: file, recovery: recovery, cursor: cursor)
      compress()
      return recovery.resumption
    } catch {
      throw FileHandlerError.failed(what: "Reading back", path: options.path, error)
    }
  }

  /// Appends a run of events.
  public func handle(_ events: [StoredEvent]) async -> BatchResult {
    guard let writer else { return .retry(reason: "The file handler is not started.") }
    do {
      try writer.write(events)
    } catch {
      return .retry(reason: error.description)
    }
    if options.sync != .never, writer.hasUnsyncedReplay || writer.unsyncedBytes >= Self.maxUnsyncedBytes {
      sync(writer)
    }
    scheduleSync()
    if let rotation = options.rotation, writer.isFull(rotation) { rotate(writer, keep: rotation.keep) }
    return .delivered(checkpoint: writer.checkpoint?.bytes)
  }

  /// Goes on in a new file where logrotate moved the old one away.
  public func reopen() async {
    do {
      try writer?.reopen()
    } catch {
      logger.error(
        "could not reopen the file; events still go to the old one",
        metadata: ["error": "\(error)"]
      )
    }
  }

  /// Syncs and closes the file.
  public func stop() async -> [UInt8]? {
    compression?.cancel()
    await compression?.value
    guard let writer else { return nil }
    if options.sync != .never { sync(writer) }
    self.writer = nil
    return writer.checkpoint?.bytes
  }
}

extension FileHandler {
  /// Also when nothing follows: an idle file is synced as well.
  private func scheduleSync() {
    guard case .interval(let seconds) = options.sync, !isSyncScheduled else { return }
    isSyncScheduled = true
    executor.queue.asyncAfter(deadline: .now() + seconds) { [weak self] in
      self?.assumeIsolated { handler in
        handler.isSyncScheduled = false
        if let writer = handler.writer { handler.sync(writer) }
      }
    }
  }

  private func sync(_ writer: FileWriter) {
    do {
      try writer.sync()
    } catch {
      logger.error(
        "could not sync the file; until the next file a power cut may lose more lines than `sync` allows",
        metadata: ["error": "\(error)"]
      )
    }
  }

  /// Renames the file and begins a new one.
  private func rotate(_ writer: FileWriter, keep: Int) {
    guard FileWriter.nowSeconds >= noRotationBeforeSeconds else { return }
    do {
      // The new file may be missing since the last time.
      try writer.reopen()
      if options.sync != .never { try writer.sync() }
      let path = rotated.nextPath(atMilliseconds: FileWriter.nowSeconds * 1000)
      try FileCalls.rename(options.path, to: path)
      try writer.reopen()
      try FileCalls.sync(path: rotated.directory)
    } catch {
      logger.error(
        "could not rotate the file",
        metadata: ["error": "\(error)", "retry_seconds": "\(Self.rotationPauseSeconds)"]
      )
      noRotationBeforeSeconds = FileWriter.nowSeconds + Int64(Self.rotationPauseSeconds)
    }
    rotated.prune(keep: keep)
    compress()
  }

  /// Compresses what is to be compressed, one file after the other, beside everything else.
  private func compress() {
    guard options.rotation?.compresses == true, compression == nil else { return }
    let compressor = FileCompressor(rotated: rotated, mode: options.mode, logger: logger)
    compression = Task {
      await compressor.run()
      self.compression = nil
    }
  }
}
