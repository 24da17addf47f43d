internal import LinqhookInbox
internal import SystemPackage

/// Whether the file of a store and the log beside it belong together, told from what lies on disk, before SQLite
/// touches either: it would copy any log into any file.
///
/// It reads two pages of the file, and the log.
enum FileAgreement: Equatable {
  /// There is no store yet.
  case new
  /// The two belong together as far as their names tell.
  case agreed
  /// Nothing speaks against them, and their names do not suffice: every page must be looked at.
  case unproven(String)

  /// Compares the files of a store that nobody has open. `markedStore` is the store that the mark beside it names.
  static func of(path: String, markedStore: String?) throws(InboxError) -> FileAgreement {
    let file: StoreHead?
    let log: WriteAheadLog?
    do {
      file = try StoreHead(path: path)
      log = try WriteAheadLog(path: path + "-wal")
    } catch {
      throw InboxError(
        .inputOutput,
        "The inbox \(path) or its log cannot be read (\(error)); check the disk."
      )
    }
    guard let file else {
      guard (FileState(path: path + "-wal")?.byteCount ?? 0) == 0 else {
        throw mixed(path, "\(path) is missing")
      }
      return .new
    }
    try file.checkOrigin(path: path)
    guard let log, log.frameCount > 0 else { return try alone(file, log, markedStore, path) }
    let agreement = try together(file, log, path)
    guard isLongEnough(file, log) else {
      return .unproven("The file of the inbox is shorter than its log says.")
    }
    return agreement
  }

  /// A file without a log must have been closed in order, or its log copied into it to the end.
  private static func alone(
    _ file: StoreHead,
    _ log: WriteAheadLog?,
    _ markedStore: String?,
    _ path: String
  ) throws(InboxError) -> FileAgreement {
    guard let stamp = file.stamp, !stamp.isClosed else {
      // A file from before the first checkpoint, beside a log from after it: what was between them is gone.
      let isFromBefore = file.stamp?.isClosed ?? (file.pageCount < 2)
      guard isFromBefore, log?.isSuccessor == true else { return .agreed }
      throw mixed(path, "\(path)-wal is empty and follows a log that \(path) has not seen")
    }
    guard log != nil, markedStore != nil else {
      throw mixed(path, "\(path) comes from a store that was open, and its log is not there")
    }
    // A kill between the beginning of the next log and its first transaction.
    if let salt = log?.salt, stamp.salt != 0, salt == stamp.salt &+ 1, stamp.fileNumber == file.number {
      return .agreed
    }
    return .unproven("The log of the inbox is empty.")
  }

  private static func together(
    _ file: StoreHead,
    _ log: WriteAheadLog,
    _ path: String
  ) throws(InboxError) -> FileAgreement {
    guard let stamp = file.stamp, log.beginsWithStamp, let first = log.stamps.first,
      let last = log.stamps.last
    else { return .unproven("The log of the inbox does not say which file it belongs to.") }
    guard stamp.name == first.before || log.stamps.contains(where: { $0.name == stamp.name }) else {
      throw mixed(path, "\(path)-wal is the log of another file than \(path), or of another state of it")
    }
    guard last.fileNumber == 0 || last.fileNumber == file.number else {
      return .unproven("The files of the inbox are copies of those of an open one.")
    }
    return .agreed
  }

  /// Whether what the file lacks at its end is in the log. Only a page that was made and freed again at once may not be.
  private static func isLongEnough(_ file: StoreHead, _ log: WriteAheadLog) -> Bool {
    guard file.pageCount < log.pageCount else { return true }
    return (file.pageCount + 1...log.pageCount).allSatisfy { log.pages.contains(UInt32($0)) }
  }

  private static func mixed(_ path: String, _ what: String) -> InboxError {
    InboxError(.mixedFiles, "The files of the inbox do not belong together: \(what). \(wayOut(path))")
  }

  /// What an operator does about files that do not make a sound store.
  static func wayOut(_ path: String) -> String {
    "Nothing was changed. Put \(path), \(path)-wal and \(path).acknowledged back as they were together, or run "
      + "`linqhook inbox restore FILE` with a copy that `linqhook inbox backup` made: it puts these three aside."
  }
}

/// The beginning of the store's file.
struct StoreHead {
  let number: UInt64
  let pageCount: Int
  let stamp: LogStamp?
  private let head: [UInt8]

  /// How much of a file it takes to know whose it is.
  static let byteCount = 100
  private static let magic = Array("SQLite format 3\0".utf8)

  /// Whether a file that begins so is an inbox.
  static func isOfAnInbox(_ head: [UInt8]) -> Bool {
    head.count == byteCount && head.starts(with: magic)
      && head.word(at: 68) == UInt32(bitPattern: Schema.applicationID)
  }

  /// Nil where there is no file, or nothing in it.
  init?(path: String) throws {
    guard let state = FileState(path: path), state.byteCount > 0 else { return nil }
    number = state.number
    let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
    defer { try? file.close() }
    head = try file.bytes(count: Self.byteCount) ?? []
    guard head.starts(with: Self.magic) else {
      (pageCount, stamp) = (0, nil)
      return
    }
    let size = Int(head[16]) << 8 | Int(head[17])
    let pageBytes = size == 1 ? 65_536 : max(size, 512)
    pageCount = Int(state.byteCount) / pageBytes
    try file.seek(offset: Int64(pageBytes), from: .start)
    let page = try file.bytes(count: pageBytes)
    stamp = page.flatMap { LogStamp(page: $0.span) }
  }

  /// If the file alone is not ours, a log beside it could make it look like one.
  func checkOrigin(path: String) throws(InboxError) {
    guard head.starts(with: Self.magic) else {
      throw InboxError(
        .damaged,
        "The file \(path) is not an inbox or is damaged. \(FileAgreement.wayOut(path))"
      )
    }
    let application = head.word(at: 68)
    guard application == 0 || application == UInt32(bitPattern: Schema.applicationID) else {
      throw InboxError(
        .damaged,
        "The file \(path) is a database of another program; set inbox.path to a file of linqhook's own."
      )
    }
  }
}
