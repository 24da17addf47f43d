internal import GRDB
private import GRDBSQLite
internal import LinqEvents
internal import LinqhookInbox

// The one statement that runs for each event. GRDB would copy the payload into a `Data`, box six values and
// look each up by name: more than SQLite's own work. So the values are bound here by SQLite's calls, where they
// lie, and GRDB keeps what it is good at: the statement's life, and errors.

/// Writes events into the table `event`.
@safe struct EventInsertion {
  private static let text = """
    INSERT INTO event (sequence, received_at, event_id, event_type, source, payload, accepted_at)
    VALUES (?,?,?,?,?,?,?)
    """

  private let statement: Statement
  private let database: Database

  init(_ database: Database) throws {
    self.database = database
    statement = try database.cachedStatement(sql: Self.text)
  }

  /// Writes one event.
  ///
  /// - Throws: `DatabaseError`, as GRDB does.
  func insert(_ event: StoredEvent, acceptedAtMilliseconds: Int64) throws {
    let handle = unsafe statement.sqliteStatement
    var (id, type, source) = (event.eventID, event.envelope.eventType, event.source)
    // Bound without a copy: all of them outlive the step.
    let code = id.withUTF8 { id in
      type.withUTF8 { type in
        unsafe event.payload.withUnsafeBytes { payload in
          unsafe sqlite3_bind_int64(handle, 1, event.sequence)
          unsafe sqlite3_bind_int64(handle, 2, event.receivedAtMilliseconds)
          unsafe Self.bindText(id, at: 3, of: handle)
          unsafe Self.bindText(type, at: 4, of: handle)
          unsafe Self.bindBlob(payload, at: 6, of: handle)
          unsafe sqlite3_bind_int64(handle, 7, acceptedAtMilliseconds)
          guard source != nil else {
            unsafe sqlite3_bind_null(handle, 5)
            return unsafe sqlite3_step(handle)
          }
          return source?.withUTF8 { source in
            unsafe Self.bindText(source, at: 5, of: handle)
            return unsafe sqlite3_step(handle)
          } ?? SQLITE_MISUSE
        }
      }
    }
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
  }

  private static func bindBlob(_ bytes: UnsafeRawBufferPointer, at index: Int32, of handle: OpaquePointer) {
    // A blob of no bytes may have no address, and without one SQLite would take it for NULL.
    if unsafe bytes.isEmpty {
      unsafe _ = sqlite3_bind_zeroblob(handle, index, 0)
    } else {
      unsafe _ = sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), nil)
    }
  }

  private static func bindText(_ text: UnsafeBufferPointer<UInt8>, at index: Int32, of handle: OpaquePointer)
  {
    unsafe text.withMemoryRebound(to: CChar.self) { text in
      unsafe _ = sqlite3_bind_text(handle, index, text.baseAddress, Int32(text.count), nil)
    }
  }
}
