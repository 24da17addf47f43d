internal import Foundation
internal import GRDB
public import LinqhookInbox
internal import SystemPackage

extension StoreCare {
  /// Puts a copy in the place of the inbox. What stood there is put aside under a dated name; nothing is deleted.
  ///
  /// The copy is checked page by page before anything changes. Sequences that were acknowledged after it was made are
  /// not handed out again. A kill at any moment leaves the old store, the new one, or files that a start refuses.
  public static func restore(inboxPath: String, from copy: String) throws(InboxError) -> Restored {
    try StoreFolder.checkOwner(inboxPath)
    let path = StoreFolder.path(behind: inboxPath)
    guard FileState(path: copy) != nil else {
      throw InboxError(.badCopy, "There is no file \(copy).")
    }
    guard !files(of: path).contains(where: { isSame($0, copy) }) else {
      throw InboxError(.badCopy, "\(copy) is a file of the inbox itself; move it to another place first.")
    }
    try StoreFolder.prepareFolder(path)
    let lock = try InstanceLock(inboxPath: path)
    defer { lock.release() }
    CopyFile.giveAway(path + ".lock", like: CopyFile.folder(of: path))
    let remark = try CopyOrigin.check(copy)
    do {
      let staged = try StagedStore(copy, besides: path)
      defer { staged.remove() }
      return try staged.takePlace(remark: remark)
    } catch let error as Errno {
      throw InboxError(
        error == .noSpace ? .full : .inputOutput,
        "The copy \(copy) cannot be put in the place of \(path) (\(error)); check the folder and the room on its disk."
      )
    } catch {
      let described = InboxError(error, path: copy)
      guard described.code == .damaged else { throw described }
      throw InboxError(.badCopy, "\(copy) is no inbox, or is damaged; take another copy.")
    }
  }
}

/// Whether a copy, and a log beside it, are one store.
private enum CopyOrigin {
  /// What is to be said of it, if anything; throws where it cannot be used.
  static func check(_ copy: String) throws(InboxError) -> String? {
    let hasLog = (FileState(path: copy + "-wal")?.byteCount ?? 0) > 0
    do throws(InboxError) {
      switch try FileAgreement.of(path: copy, markedStore: nil) {
      case .new: throw InboxError(.badCopy, "The file \(copy) is empty.")
      case .agreed, .unproven: return nil
      }
    } catch {
      switch error.code {
      case .mixedFiles where !hasLog:
        return
          "\(copy) was taken from an open store by other means than `linqhook inbox backup`: its pages are sound, "
          + "but whether it has what the log held cannot be told."
      case .mixedFiles:
        throw InboxError(
          .badCopy,
          "\(copy)-wal is the log of another file than \(copy). Move it away if \(copy) is a whole copy."
        )
      case .damaged: throw InboxError(.badCopy, "\(copy) is no inbox, or is damaged; take another copy.")
      default: throw error
      }
    }
  }
}

/// A copy beside the inbox, checked and made ready to take its place.
private struct StagedStore {
  private let path: String
  private let place: String
  private let store: String
  private let restored: (events: Int, last: Int64, copiedAt: Int64?)
  private let lost: ClosedRange<Int64>?
  private let acknowledged: Int64

  init(_ copy: String, besides place: String) throws {
    self.place = place
    path = "\(place).restoring-\(LogStamp.hexadecimal(randomBytes()))"
    Self.removeLeftovers(of: place)
    do {
      try CopyFile.copy(copy, to: path)
      if (FileState(path: copy + "-wal")?.byteCount ?? 0) > 0 {
        try CopyFile.copy(copy + "-wal", to: path + "-wal")
      }
      let mark = HighWaterMark.Note(inboxPath: place).sequence
      let result = try Self.makeReady(path, named: copy, mark: max(mark, Self.lastSequence(of: place)))
      (store, restored, lost, acknowledged) = (result.store, result.facts, result.lost, result.acknowledged)
      try CopyFile.sync(path)
      CopyFile.giveAway(path, like: CopyFile.folder(of: place))
    } catch {
      Self.remove(path)
      throw error
    }
  }

  /// What was left by a restore that was killed.
  private static func removeLeftovers(of place: String) {
    let folder = CopyFile.folder(of: place)
    let prefix = (FilePath(place).lastComponent?.string ?? "") + ".restoring-"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasPrefix(prefix) { unlinkIfThere(folder + "/" + name) }
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-journal", ".acknowledged"] { unlinkIfThere(path + suffix) }
  }

  func remove() { Self.remove(path) }

  /// The newest event of the store that is to be replaced, where that can be read.
  private static func lastSequence(of place: String) -> Int64 {
    guard (try? FileAgreement.of(path: place, markedStore: "")) == .agreed,
      let connection = try? Connection.reader(path: place)
    else { return 0 }
    defer {
      try? connection.close()
      StoreCopying.tidy(place)
    }
    return (try? connection.read { try Int64.fetchOne($0, sql: "SELECT max(sequence) FROM event") }) ?? 0
  }
}

extension StagedStore {
  private typealias Ready = (
    store: String, facts: (events: Int, last: Int64, copiedAt: Int64?), lost: ClosedRange<Int64>?,
    acknowledged: Int64
  )

  /// Checks the copy and makes a store of its own of it, in one file.
  private static func makeReady(_ path: String, named copy: String, mark: Int64) throws -> Ready {
    let connection = try DatabaseQueue(path: path)
    let ready: Ready = try connection.writeWithoutTransaction { db in
      guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID else {
        throw InboxError(.badCopy, "The file \(copy) is a database of another program.")
      }
      try Connection.checkOrigin(db, path: copy)
      let verdict = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? ""
      guard verdict == "ok" else {
        throw InboxError(.badCopy, "The copy \(copy) is damaged (\(verdict)); take another one.")
      }
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL")
      _ = try Schema.migrate(db)
      let row = try Row.fetchOne(db, sql: "SELECT count(*), ifnull(max(sequence), 0) FROM event")
      let last: Int64 = row?[1] ?? 0
      try db.inTransaction {
        try Schema.renameStore(db)
        try LogStamp(after: LogStamp.none, fileNumber: 0, isClosed: true).write(db)
        try UnusedSequences.note(through: mark, db: db)
        return .commit
      }
      let copiedAt = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'copied_at'")
      let used = try UnusedSequences.load(db)?.upperBound ?? last
      return (
        try Schema.storeName(db) ?? "", (row?[0] ?? 0, last, copiedAt), mark > last ? last + 1...mark : nil,
        max(used, last)
      )
    }
    try connection.close()
    return ready
  }

  /// Puts the old files aside and this one in their place. The mark goes first: beside it the old file is refused, and
  /// so is none at all.
  func takePlace(remark: String?) throws -> StoreCare.Restored {
    let aside = asideName()
    try writeMark()
    if FileState(path: HighWaterMark.path(place)) != nil {
      try CopyFile.link(HighWaterMark.path(place), as: HighWaterMark.path(aside))
    }
    try CopyFile.move(HighWaterMark.path(path), to: HighWaterMark.path(place))
    for suffix in ["", "-wal", "-shm"] where FileState(path: place + suffix) != nil {
      try CopyFile.move(place + suffix, to: aside + suffix)
    }
    try CopyFile.move(path, to: place)
    try CopyFile.sync(CopyFile.folder(of: place), isFolder: true)
    let putAside = StoreCare.files(of: aside).filter { FileState(path: $0) != nil }
    return StoreCare.Restored(
      events: restored.events,
      lastSequence: restored.last,
      copiedAtMilliseconds: restored.copiedAt,
      lost: lost,
      putAside: putAside,
      remarks: remark.map { [$0] } ?? []
    )
  }

  private func writeMark() throws {
    let mark = HighWaterMark.path(path)
    try CopyFile.make(mark)
    let file = try FileDescriptor.open(FilePath(mark), .writeOnly, options: [.closeOnExec])
    defer { try? file.close() }
    try file.writeAll(HighWaterMark.line(acknowledged) + Array(HighWaterMark.Note(store: store).lines.utf8))
    try CopyFile.sync(mark)
    CopyFile.giveAway(mark, like: CopyFile.folder(of: place))
  }

  /// `inbox.db.before-20261130-221500`, or with a number behind it where that is taken.
  private func asideName() -> String {
    let format = Date.VerbatimFormatStyle(
      format: """
        \(year: .padded(4))\(month: .twoDigits)\(day: .twoDigits)-\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\
        \(minute: .twoDigits)\(second: .twoDigits)
        """,
      timeZone: .gmt,
      calendar: Calendar(identifier: .gregorian)
    )
    let name = "\(place).before-\(Date().formatted(format))"
    var tries = 1
    func candidate() -> String { tries == 1 ? name : "\(name)-\(tries)" }
    while StoreCare.files(of: candidate()).contains(where: { FileState(path: $0) != nil }) { tries += 1 }
    return candidate()
  }
}
