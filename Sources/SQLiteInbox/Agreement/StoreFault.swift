internal import GRDB
internal import LinqhookInbox

/// What an error of SQLite means for the store.
enum StoreFault: Equatable {
  /// No room: nothing was written, nothing is broken.
  case diskFull
  /// Whether what was written is there is not known.
  case failed
  /// SQLite has met pages that cannot be right.
  case damaged

  init(_ error: any Error) {
    guard let error = error as? DatabaseError else {
      self = .failed
      return
    }
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: self = .diskFull
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged
    default: self = .failed
    }
  }
}

extension InboxError {
  /// The error that an operator reads for one of SQLite's.
  init(_ error: any Error, path: String) {
    if let error = error as? InboxError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.inputOutput, "The inbox \(path) could not be used: \(error).")
      return
    }
    let reason = error.message ?? "result code \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(.full, "There is no room on the file system of \(path); free some.")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.inUse, "Another process is writing to the inbox \(path); stop it, then try again.")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_SCHEMA:
      self.init(
        .damaged,
        "The file \(path) is not an inbox or is damaged (\(reason)). \(FileAgreement.wayOut(path))"
      )
    default:
      self.init(
        .inputOutput,
        "The inbox \(path) cannot be read or written (\(reason)); check that the folder exists, that this "
          + "user may write to it, and the disk."
      )
    }
  }
}
