internal import LinqhookAuthentication
public import LinqhookInbox
internal import PostgreSQL

/// The store that several receivers share: tables in PostgreSQL, one session that writes for each receiver, and three
/// that read.
///
/// An event is answered after the transaction that holds it was committed, and PostgreSQL commits after the disk of the
/// primary has it and, where there is a synchronous standby, that of the standby. Any receiver takes any event: the
/// order of commits is the order of sequences, and an id is taken once, whoever it comes to.
public final class PostgresInbox: Inbox {
  let writer: Writer<PostgresCore>
  private let board: PostgresBoard
  let key: FingerprintKey
  let clock: SteadyClock
  private let allowances: QuarantineAllowances
  let ledger: PostgresReader
  let archive: PostgresReader
  let feed: CommitFeed

  /// Opens the inbox, and makes its tables where there are none.
  ///
  /// `endpoints` are those that there are, as for ``separateIDs(by:)``; nil leaves the ids as they are, for a caller that
  /// takes no events. `onDiagnostic` hears of what no caller is told; it is called on the writer's thread or before this
  /// returns, and must not block.
  ///
  /// - Throws: `InboxError` where the database cannot be reached, refuses this user, or holds a newer version.
  public static func open(
    _ storage: PostgresStorage,
    limits: InboxLimits = InboxLimits(),
    endpoints: [EndpointKeys]? = nil,
    clock: InboxClock = .system,
    onDiagnostic: @escaping @Sendable (InboxDiagnostic) -> Void
  ) async throws(InboxError) -> PostgresInbox {
    let inbox: PostgresInbox
    do {
      inbox = try PostgresInbox(storage, limits: limits, clock: clock, onDiagnostic: onDiagnostic)
    } catch {
      throw InboxError(database: error)
    }
    if let endpoints { try await inbox.separateIDs(by: endpoints) }
    return inbox
  }

  private init(
    _ storage: PostgresStorage,
    limits: InboxLimits,
    clock inboxClock: InboxClock,
    onDiagnostic: @escaping @Sendable (InboxDiagnostic) -> Void
  ) throws {
    let session = try PostgreSQLSession(storage.session)
    try PostgresSchema.migrate(session, schema: storage.schema)
    let head = try StoredHead(session)
    let board = PostgresBoard()
    key = try FingerprintKey(head.key)
    clock = SteadyClock(inboxClock, goingOnFrom: head.steadyAtMilliseconds)
    self.board = board
    allowances = QuarantineAllowances(limits)
    ledger = PostgresReader("ledger", storage.session)
    archive = PostgresReader("archive", storage.session)
    feed = CommitFeed(PostgresReader("feed", storage.session), after: head.last)
    var core = PostgresCore(
      storage: storage,
      limits: limits,
      inboxClock: inboxClock,
      report: onDiagnostic,
      board: board,
      key: key,
      connection: .open(session),
      clock: clock,
      scopesVersion: -1,
      ring: QuarantineRing(maxEntries: limits.maxQuarantineEntries, maxBytes: limits.maxQuarantineBytes),
      quarantineVersion: -1
    )
    core.refreshFigures()
    writer = Writer(core: core)
    writer.subscribe { [feed] in feed.publish($0) }
  }

  /// Figures of this receiver's last look at the store.
  public var statistics: InboxStatistics { board.value }

  /// The last sequence that was stored as of this receiver's last look.
  public var lastSequence: Int64 { board.value.lastSequence }

  /// How many dead letters each attached handler has, as of this receiver's last look.
  public var deadLetterCounts: [String: Int] { board.value.deadLetters }

  /// Returns when the writer has come round; its waits for the database have a deadline.
  public func heartbeat() async { _ = try? await writer.perform { (_) throws(InboxError) in } }

  /// Forgets and prunes now all that is old enough, which otherwise happens every ten seconds.
  package func maintain() async {
    while (try? await writer.perform { core in core.maintain() }) == true {}
  }

  /// Takes nothing more, finishes what is under way, and leaves the database.
  public func close() async {
    feed.close()
    ledger.close()
    archive.close()
    await writer.close()
  }
}

/// What is read of the head row when an inbox is opened.
private struct StoredHead {
  let last: Int64
  let steadyAtMilliseconds: Int64?
  let key: [UInt8]

  init(_ session: PostgreSQLSession) throws {
    let row = try session.execute(
      PostgreSQLStatement("stored_head", "SELECT last, steady_at, fingerprint_key FROM head"),
      timeout: .seconds(30)
    )
    last = try row.int(0, 0)
    steadyAtMilliseconds = try row.intIfPresent(0, 1)
    key = try row.bytes(0, 2)
  }
}

// MARK: - Acceptance and quarantine

extension PostgresInbox {
  /// Offers events; see ``EventAcceptor``.
  public func accept(
    _ events: [InboundEvent],
    completion: @escaping @Sendable ([AcceptanceOutcome]) -> Void
  ) {
    let candidates = events.map { event in
      WriteBatch.Candidate(event: event, fingerprint: key.fingerprint(of: event.eventID))
    }
    let isTaken = writer.add(WriteBatch.Offer(candidates: candidates, completion: completion))
    if isTaken != true {
      completion(events.map { _ in .unavailable(isTaken == nil ? .closed : .storeFailed) })
    }
  }

  /// Says which endpoints there are from now on.
  public func separateIDs(by endpoints: [EndpointKeys]) async throws(InboxError) {
    let declared = endpoints.map { IdentityScopes.Endpoint($0, key: key) }
    try await writer.perform { core throws(InboxError) in try core.separateIDs(by: declared) }
  }

  /// Keeps a request with the next transaction, or counts it as dropped.
  public func quarantine(_ request: QuarantinedRequest) {
    guard allowances.take(request, nowMilliseconds: clock.nowMilliseconds),
      writer.add(RefusedRequest(request: request, digest: key.digest(of: request)))
    else {
      board.update { $0.quarantineDropped += 1 }
      return
    }
  }

  private static let list = PostgreSQLStatement(
    "quarantine_list",
    "SELECT \(QuarantineRow.columns) FROM quarantine WHERE number > $1::bigint ORDER BY number LIMIT $2::bigint"
  )

  /// The kept requests, oldest first.
  public func quarantined(after number: Int64, limit: Int) async throws(InboxError) -> [QuarantinedRequest] {
    try await archive.read { session in
      let rows = try session.execute(Self.list, [.int8(number), .int8(Int64(limit))], timeout: .seconds(30))
      return try (0..<rows.rowCount).map { try QuarantineRow.request(rows, $0) }
    }
  }

  /// One kept request.
  public func quarantined(number: Int64) async throws(InboxError) -> QuarantinedRequest? {
    let next = try await quarantined(after: number - 1, limit: 1).first
    return next?.number == number ? next : nil
  }

  /// Removes kept requests; returns how many there were.
  @discardableResult
  public func removeQuarantined(_ numbers: [Int64]) async throws(InboxError) -> Int {
    try await writer.perform { core throws(InboxError) in try core.removeQuarantined(numbers) }
  }
}
