internal import GRDB
public import LinqhookInbox
internal import Synchronization

/// The store of the product: one SQLite file, one thread that writes to it, two connections that read.
///
/// An event is answered after the transaction that holds it was committed, with `durability: full` after the
/// disk has it. The file belongs to one process at a time; ``SQLiteInboxReader`` looks into it beside that
/// process.
public final class SQLiteInbox: Inbox {
  let writer: Writer<WriterCore>
  let key: FingerprintKey
  private let board: SharedStatistics
  let clock: SteadyClock
  private let allowances: QuarantineAllowances
  let ledger: StoreReader
  let archive: ArchiveReader
  /// Released after the file was closed.
  private let lock: InstanceLock

  /// Opens the inbox, or makes it where there is none. Where its path is a symbolic link, all that belongs to it stands
  /// beside the file that the link leads to.
  ///
  /// `endpoints` are those that there are, as for ``separateIDs(by:)``; nil leaves the ids as they are, for a caller that
  /// takes no events.
  ///
  /// `onDiagnostic` hears of what no caller is told; it is called on the writer's thread or before this
  /// returns, and must not block.
  public static func open(
    _ storage: SQLiteStorage,
    limits: InboxLimits = InboxLimits(),
    endpoints: [EndpointKeys]? = nil,
    clock: InboxClock = .system,
    onDiagnostic: @escaping @Sendable (InboxDiagnostic) -> Void
  ) throws(InboxError) -> SQLiteInbox {
    var storage = storage
    try StoreFolder.checkOwner(storage.path)
    storage.path = StoreFolder.path(behind: storage.path)
    try StoreFolder.prepare(storage, report: onDiagnostic)
    let lock = try InstanceLock(inboxPath: storage.path)
    let opened = try OpenedStore(
      storage,
      limits: limits,
      endpoints: endpoints,
      clock: clock,
      report: onDiagnostic
    )
    return try SQLiteInbox(opened, lock: lock)
  }

  private init(
    _ opened: consuming OpenedStore,
    lock: InstanceLock
  ) throws(InboxError) {
    let core = opened.core
    key = opened.key
    board = core.board
    clock = core.clock
    allowances = QuarantineAllowances(core.limits)
    self.lock = lock
    let bell = DamageBell()
    ledger = try StoreReader(path: core.location.path, bell: bell)
    archive = try ArchiveReader(path: core.location.path, key: opened.key, bell: bell)
    writer = Writer(core: core)
    bell.connect { [weak writer] error in
      writer?.enqueue { core in
        _ = core.fail(error)
        core.publishFigures()
      }
    }
  }

  /// Figures of this moment; a copy of what the writer left.
  public var statistics: InboxStatistics { board.value.withLock { $0 } }

  /// The last sequence that is stored.
  public var lastSequence: Int64 { board.value.withLock { $0.lastSequence } }

  /// How many dead letters each attached handler has, as of the last commit.
  public var deadLetterCounts: [String: Int] { board.value.withLock { $0.deadLetters } }

  /// Returns when the writer has come round; at once when it is closed.
  public func heartbeat() async { _ = try? await writer.perform { (_) throws(InboxError) in } }

  /// Forgets and prunes now all that is old enough, which otherwise happens every ten seconds.
  package func maintain() async {
    while (try? await writer.perform { core in core.maintain() }) == true {}
  }

  /// Takes nothing more, finishes what is under way, and closes the store.
  public func close() async {
    ledger.close()
    archive.close()
    await writer.close()
    lock.release()
  }
}

// MARK: - Acceptance

extension SQLiteInbox {
  /// Offers events; see ``EventAcceptor``. Fingerprints are made here, on the caller's thread; and what is not taken
  /// at all is answered here.
  public func accept(
    _ events: [InboundEvent],
    completion: @escaping @Sendable ([AcceptanceOutcome]) -> Void
  ) {
    let candidates = events.map { event in
      WriteBatch.Candidate(event: event, fingerprint: key.fingerprint(of: event.eventID))
    }
    let offer = WriteBatch.Offer(candidates: candidates, completion: completion)
    let isTaken = writer.add(offer)
    // The bound of what waits is met only when the writer hangs, which no failure tells.
    if isTaken != true {
      completion(events.map { _ in .unavailable(isTaken == nil ? .closed : .storeFailed) })
    }
  }
}

// MARK: - Endpoints

extension SQLiteInbox {
  /// Says which endpoints there are from now on.
  public func separateIDs(by endpoints: [EndpointKeys]) async throws(InboxError) {
    let declared = endpoints.map { IdentityScopes.Endpoint($0, key: key) }
    try await writer.perform { core throws(InboxError) in try core.separateIDs(by: declared) }
  }
}

// MARK: - Quarantine

extension SQLiteInbox {
  /// Keeps a request with the next transaction, or counts it as dropped.
  public func quarantine(_ request: QuarantinedRequest) {
    var isTaken = false
    if allowances.take(request, nowMilliseconds: clock.nowMilliseconds) {
      let refused = RefusedRequest(request: request, digest: key.digest(of: request))
      isTaken = writer.add(refused)
    }
    if !isTaken { board.value.withLock { $0.quarantineDropped += 1 } }
  }

  /// The kept requests, oldest first.
  public func quarantined(after number: Int64, limit: Int) async throws(InboxError) -> [QuarantinedRequest] {
    try await archive.quarantined(after: number, limit: limit)
  }

  /// One kept request.
  public func quarantined(number: Int64) async throws(InboxError) -> QuarantinedRequest? {
    try await archive.quarantined(number: number)
  }

  /// Removes kept requests; returns how many there were.
  @discardableResult
  public func removeQuarantined(_ numbers: [Int64]) async throws(InboxError) -> Int {
    try await writer.perform { core throws(InboxError) in
      let removed = try core.commit { db, storeState in
        try QuarantineRows.remove(numbers, from: &storeState.ring, db: db)
      }
      core.publishFigures()
      return removed
    }
  }
}
