internal import GRDB
internal import LinqhookAuthentication
internal import LinqhookInbox

// What the file holds. A version of the schema is never changed after it has shipped: a change is one more
// entry in `migrations`, and `user_version` counts how many a file has been through.
//
// `event` holds what is listed and filtered by, and the payload; all else of an envelope is read from the
// payload again. It has no index but its primary key: a unique index on random ids costs more than half of
// the rows a second, and more as it grows. `received_at` is when the request came, by the wall clock, and may be days
// ago when a request comes out of the quarantine; ages count from `accepted_at`, by the store's own time.
//
// Ids are in `id_batch`, many of one kind to a row, as fingerprints in the order of acceptance: entry i of a row
// belongs to the event i after its first, gaps not counted. One row costs next to nothing to write, all of them are
// read in one pass at start, and the oldest are forgotten by deleting rows. `id_scope` says which ids count where.
//
// Nothing is vacuumed: pages freed by pruning are used again, so the file stays at its largest size so far.
enum Schema {
  /// "LHib", where file(1) and SQLite find it.
  static let applicationID: Int32 = 0x4C48_6962

  static var newestVersion: Int { migrations.count }

  /// The first version whose stores have a name.
  static let namedVersion = 5
  /// The first version whose handlers may be paused.
  private static let pausingVersion = 6

  /// States of a deferred delivery as the file holds them; the partial indexes below name them.
  static let stateCodes: [DeferredDelivery.State: Int] = [
    .waiting: 0, .retrying: 1, .dead: 2, .delivered: 3, .skipped: 4,
  ]

  static func state(_ code: Int) -> DeferredDelivery.State {
    stateCodes.first { $0.value == code }?.key ?? .waiting
  }

  static func code(_ state: DeferredDelivery.State) -> Int {
    stateCodes[state] ?? 0
  }

  private static let migrations: [@Sendable (Database) throws -> Void] = [
    createVersion1, addAcceptanceTime, addQuarantineClasses, separateIDs, nameStoreAndLog,
    addOutboxAndPause,
  ]

  /// Brings the file to the newest version, each step in a transaction of its own; whether there was one.
  static func migrate(_ db: Database) throws -> Bool {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    for (index, migration) in migrations.enumerated() where index >= version {
      try db.inTransaction(.exclusive) {
        try migration(db)
        try db.execute(sql: "PRAGMA user_version = \(index + 1)")
        return .commit
      }
    }
    return version < newestVersion
  }

  private static func createVersion1(_ db: Database) throws {
    try db.execute(
      sql: """
        PRAGMA application_id = \(applicationID);
        CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE event (
          sequence INTEGER PRIMARY KEY,
          received_at INTEGER NOT NULL,
          event_id TEXT NOT NULL,
          event_type TEXT NOT NULL,
          source TEXT,
          payload BLOB NOT NULL);
        CREATE TABLE id_batch (
          first_sequence INTEGER PRIMARY KEY,
          received_at INTEGER NOT NULL,
          created_until INTEGER NOT NULL,
          fingerprints BLOB NOT NULL);
        CREATE TABLE handler (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          cursor INTEGER NOT NULL,
          checkpoint BLOB,
          is_attached INTEGER NOT NULL);
        CREATE TABLE deferred (
          sequence INTEGER NOT NULL,
          handler INTEGER NOT NULL,
          state INTEGER NOT NULL,
          lane TEXT NOT NULL,
          attempts INTEGER NOT NULL,
          first_attempt_at INTEGER,
          due_at INTEGER NOT NULL,
          last_error TEXT,
          PRIMARY KEY (sequence, handler)) WITHOUT ROWID;
        CREATE INDEX deferred_held ON deferred (handler, lane, sequence) WHERE state < 2;
        CREATE INDEX deferred_dead ON deferred (handler, sequence) WHERE state = 2;
        CREATE TABLE quarantine (
          number INTEGER PRIMARY KEY,
          received_at INTEGER NOT NULL,
          reason TEXT NOT NULL,
          size INTEGER NOT NULL,
          detail TEXT NOT NULL,
          remote TEXT NOT NULL,
          path TEXT NOT NULL,
          query TEXT,
          headers BLOB NOT NULL,
          body BLOB NOT NULL);
        INSERT INTO meta VALUES ('dedup_horizon', 0);
        """
    )
    try db.execute(
      sql: "INSERT INTO meta VALUES ('fingerprint_key', ?)",
      arguments: [bytesValue(try SecureRandom.bytes(count: FingerprintKey.byteCount))]
    )
  }

  /// What was accepted before counts as accepted now. Now is when the newest id was, unless the wall clock was ahead
  /// then and has been set since: so no id grows older by this step. SQLite keeps the default with the schema, and
  /// writes no row again.
  private static func addAcceptanceTime(_ db: Database) throws {
    let wall = "CAST(strftime('%s', 'now') AS INTEGER) * 1000"
    let newestID = "SELECT received_at FROM id_batch ORDER BY first_sequence DESC LIMIT 1"
    let now = try Int64.fetchOne(db, sql: "SELECT min(\(wall), ifnull((\(newestID)), \(wall)))") ?? 0
    try db.execute(
      sql: """
        ALTER TABLE event ADD COLUMN accepted_at INTEGER NOT NULL DEFAULT \(now);
        UPDATE id_batch SET received_at = \(now) WHERE received_at > \(now);
        """
    )
  }

  /// What is read of all refused requests at start, and what changes with each equal one, stands apart from their
  /// bodies. Those of older versions have no digest, so none is equal to them.
  private static func addQuarantineClasses(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE quarantine_entry (
          number INTEGER PRIMARY KEY,
          class INTEGER NOT NULL,
          client TEXT NOT NULL,
          size INTEGER NOT NULL,
          digest BLOB,
          seen INTEGER NOT NULL,
          last_seen_at INTEGER NOT NULL,
          last_headers BLOB);
        INSERT INTO quarantine_entry
        SELECT number,
          CASE WHEN reason <> 'invalid_signature' THEN 2
            WHEN detail = 'no configured secret gives this signature' THEN 1 ELSE 0 END,
          remote, size, NULL, 1, received_at, NULL
        FROM quarantine;
        """
    )
  }

  /// Ids are in scopes: those that are there already in the shared one, where every endpoint looks. What was forgotten
  /// within the time in which Linq repeats moves their horizon only when that is over. `place` is the kind of the ids
  /// and the first sequence (see ``IdentityPlace``); the shared scope's kind is 0.
  private static func separateIDs(_ db: Database) throws {
    let horizon = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'dedup_horizon'") ?? 0
    let wall = try Int64.fetchOne(db, sql: "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000") ?? 0
    let settled = min(horizon, max(1, wall - InboxLimits.repeatWindowMilliseconds))
    try db.execute(
      sql: """
        ALTER TABLE id_batch RENAME COLUMN first_sequence TO place;
        ALTER TABLE id_batch ADD COLUMN stamped_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE id_batch ADD COLUMN gaps BLOB;
        CREATE TABLE id_scope (
          number INTEGER PRIMARY KEY,
          path TEXT NOT NULL,
          horizon INTEGER NOT NULL,
          prints BLOB NOT NULL);
        CREATE TABLE id_forgotten (
          scope INTEGER NOT NULL,
          minute INTEGER NOT NULL,
          received_at INTEGER NOT NULL,
          created_until INTEGER NOT NULL,
          PRIMARY KEY (scope, minute)) WITHOUT ROWID;
        INSERT INTO id_scope VALUES (0, '', \(settled), x'');
        DELETE FROM meta WHERE key = 'dedup_horizon';
        """
    )
    guard horizon > settled, let now = try StoreTime.latest(db) else { return }
    try db.execute(
      sql: "INSERT INTO id_forgotten VALUES (0, ?, ?, ?)",
      arguments: [now / 60_000, now, horizon]
    )
  }

  /// A name for the store, which the file beside it repeats, and the first one for its log.
  private static func nameStoreAndLog(_ db: Database) throws {
    try renameStore(db)
    try LogStamp(after: LogStamp.none, fileNumber: 0, isClosed: true).write(db)
  }

  /// What handlers keep with a delivery, and which of them are paused. The outbox is the last column, so that what is
  /// read of a row besides it never touches the pages of a long one.
  private static func addOutboxAndPause(_ db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE deferred ADD COLUMN outbox BLOB;
        ALTER TABLE handler ADD COLUMN is_paused INTEGER NOT NULL DEFAULT 0;
        """
    )
  }

  /// Gives the store another name: from here on it is another one than its copies.
  static func renameStore(_ db: Database) throws {
    let name = LogStamp.hexadecimal(try SecureRandom.bytes(count: 16))
    try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('store', ?)", arguments: [name])
  }

  /// The column that says whether a handler is paused; in a store of an older version none is.
  static func pauseColumn(_ db: Database) throws -> String {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    return version < pausingVersion ? "0" : "is_paused"
  }

  /// The name of the store; nil in one of an older version.
  static func storeName(_ db: Database) throws -> String? {
    try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'store'")
  }

  /// The key that this store's fingerprints are made with.
  static func fingerprintKey(_ db: Database) throws -> FingerprintKey {
    let bytes = try bytes(db, sql: "SELECT value FROM meta WHERE key = 'fingerprint_key'")
    guard bytes.count == FingerprintKey.byteCount else {
      throw InboxError(
        .damaged,
        "The inbox has lost the key of its id index; restore the file from a backup."
      )
    }
    return try FingerprintKey(bytes)
  }
}
