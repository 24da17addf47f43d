internal import LinqhookInbox
internal import Pacing
internal import PostgreSQL

/// What the writer of a shared inbox has: a session, and what it knows of the store as of its last transaction.
///
/// Nothing in memory decides alone: other receivers write the same tables. A transaction that accepts events holds the
/// head row from its beginning to the end of its commit and reads what it decides by after it has the row.
struct PostgresCore: StoreCore {
  /// Whether the database can be used.
  enum Connection {
    case open(PostgreSQLSession)
    case failed(InboxError)
    case closed
  }

  let storage: PostgresStorage
  let limits: InboxLimits
  let inboxClock: InboxClock
  let report: @Sendable (InboxDiagnostic) -> Void
  let board: PostgresBoard
  let key: FingerprintKey

  var connection: Connection
  var clock: SteadyClock
  var scopes = IdentityScopes()
  var scopesVersion: Int64
  var masks: [Fingerprint] = []
  /// The endpoints that there are; nil where nobody said.
  var endpoints: [IdentityScopes.Endpoint]?
  var ring: QuarantineRing
  var quarantineVersion: Int64
  var complaints = IDComplaints()
  var attempts = 0
  var isRecoveryScheduled = false
  /// The earliest time at which an id may have come to its age; nil where that is not known.
  var nextIDCheckMilliseconds: Int64?

  /// How far the present pass of pruning has looked.
  var prunedThrough: Int64 = 0

  var maintenanceSeconds: Int? { limits.maintenanceSeconds }

  /// Runs `body` in a transaction. An error of the connection makes it fail: whether the commit took effect is not
  /// known, so nothing of it is acknowledged, and what it stored is a duplicate when it comes again.
  mutating func commit<Result>(
    _ body: (inout PostgresCore, PostgreSQLSession) throws -> Result
  ) throws(InboxError) -> Result {
    let session: PostgreSQLSession
    switch connection {
    case .open(let open): session = open
    case .failed(let error): throw error
    case .closed: throw .closed
    }
    do {
      return try session.transaction(timeout: storage.answerWithin) { session in
        try body(&self, session)
      }
    } catch {
      // What was read in a transaction that did not take effect is read again by the next.
      scopesVersion = -1
      quarantineVersion = -1
      nextIDCheckMilliseconds = nil
      throw error as? InboxError ?? fail(error)
    }
  }

  /// Notes an error of the database; gives the one that callers see.
  mutating func fail(_ error: any Error) -> InboxError {
    let described = InboxError(database: error)
    if case .open(let session) = connection { session.close() }
    connection = .failed(described)
    board.update { $0.unavailability = .storeFailed }
    report(
      InboxDiagnostic(
        .storeFailed,
        .alarm,
        described.description + " Events are answered 503 until it works again."
      )
    )
    return described
  }

  mutating func close() {
    if case .open(let session) = connection { session.close() }
    connection = .closed
    board.update { $0.unavailability = .closed }
  }
}

// MARK: - The way back

extension PostgresCore {
  mutating func nextRecoveryDelayMilliseconds() -> Int? {
    guard case .failed = connection, !isRecoveryScheduled else { return nil }
    isRecoveryScheduled = true
    let backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
    return Int(backoff.pause(afterFailures: attempts + 1) / .milliseconds(1))
  }

  /// Connects again. What another receiver, or a commit without an answer, has stored meanwhile comes by the feed.
  mutating func recover() -> [StoredEvent] {
    isRecoveryScheduled = false
    guard case .failed = connection else { return [] }
    attempts += 1
    do {
      let session = try PostgreSQLSession(storage.session)
      connection = .open(session)
      scopesVersion = -1
      quarantineVersion = -1
      nextIDCheckMilliseconds = nil
      attempts = 0
      report(InboxDiagnostic(.recovered, .notice, "The database answers again; events are accepted."))
      refreshFigures()
    } catch {
      connection = .failed(InboxError(database: error))
    }
    return []
  }
}

extension InboxError {
  /// The error that an operator reads for one of the database's.
  init(database error: any Error) {
    switch error {
    case let error as InboxError: self = error
    case let error as PostgreSQLError:
      switch error.code {
      case .closed: self = .closed
      default: self.init(.inputOutput, "The shared inbox could not be used: \(error.description)")
      }
    default: self.init(.inputOutput, "The shared inbox could not be used: \(error).")
    }
  }
}
