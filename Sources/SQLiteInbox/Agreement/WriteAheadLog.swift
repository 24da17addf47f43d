internal import SystemPackage

/// A log as it lies on disk, read as SQLite will read it: up to the last transaction that is whole.
struct WriteAheadLog {
  /// How many pages its whole transactions hold.
  private(set) var frameCount = 0
  /// How many pages the file has after the last of them.
  private(set) var pageCount = 0
  /// Which pages are in it.
  private(set) var pages: Set<UInt32> = []
  /// The names that it holds, oldest first.
  private(set) var stamps: [LogStamp] = []
  /// The number that SQLite counts logs by; nil where it would read no page of this one.
  private(set) var salt: UInt32?
  /// Whether a log before this one was copied into the file to its end, as far as its header tells. Where the header is
  /// torn, something was written over an older log.
  private(set) var isSuccessor = false
  /// Whether its first transaction holds one: then that says which name the file had before.
  private(set) var beginsWithStamp = false

  private static let headerBytes = 32
  private static let frameHeaderBytes = 24

  /// Nil where there is no file.
  init?(path: String) throws(Errno) {
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
    } catch Errno.noSuchFileOrDirectory {
      return nil
    } catch {
      throw error as? Errno ?? .ioError
    }
    defer { try? file.close() }
    do { try read(file) } catch { throw error as? Errno ?? .ioError }
  }

  /// The number of the log that is in use; 0 where it cannot be told.
  static func salt(path: String) -> UInt32 {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec]) else {
      return 0
    }
    defer { try? file.close() }
    guard let header = try? file.bytes(count: headerBytes) else { return 0 }
    return LogHeader(header)?.salt.word(at: 0) ?? 0
  }

  /// What a transaction adds once its end is there.
  private struct Transaction {
    var pages: [UInt32] = []
    var stamp: LogStamp?
  }

  private mutating func read(_ file: FileDescriptor) throws {
    guard let header = try file.bytes(count: Self.headerBytes) else { return }
    guard let first = LogHeader(header) else {
      isSuccessor = try file.bytes(count: Self.frameHeaderBytes) != nil
      return
    }
    salt = first.salt.word(at: 0)
    isSuccessor = first.checkpointCount > 0
    var checksum = first.checksum
    var transaction = Transaction()
    while let frame = try file.bytes(count: Self.frameHeaderBytes + first.pageBytes) {
      guard Array(frame[8..<16]) == first.salt else { return }
      checksum.add(frame[0..<8], isBigEndian: first.isBigEndian)
      checksum.add(frame[Self.frameHeaderBytes...], isBigEndian: first.isBigEndian)
      guard checksum == LogChecksum(frame.word(at: 16), frame.word(at: 20)) else { return }
      let page = frame.word(at: 0)
      transaction.pages.append(page)
      if page == LogStamp.pageNumber {
        transaction.stamp = LogStamp(page: frame.span.extracting(Self.frameHeaderBytes..<frame.count))
      }
      let pagesAfter = frame.word(at: 4)
      guard pagesAfter > 0 else { continue }
      note(transaction, pagesAfter: Int(pagesAfter))
      transaction = Transaction()
    }
  }

  private mutating func note(_ transaction: Transaction, pagesAfter: Int) {
    if frameCount == 0 { beginsWithStamp = transaction.stamp != nil }
    frameCount += transaction.pages.count
    pageCount = pagesAfter
    pages.formUnion(transaction.pages)
    if let stamp = transaction.stamp, stamps.last != stamp { stamps.append(stamp) }
  }
}

/// The first bytes of a log.
private struct LogHeader {
  let isBigEndian: Bool
  let pageBytes: Int
  /// How often a log was begun again in this file.
  let checkpointCount: UInt32
  let salt: [UInt8]
  let checksum: LogChecksum

  /// Nil for one that SQLite would not read a page of.
  init?(_ bytes: [UInt8]) {
    let magic = bytes.word(at: 0)
    guard magic & 0xFFFF_FFFE == 0x377F_0682 else { return nil }
    isBigEndian = magic & 1 == 1
    pageBytes = Int(bytes.word(at: 8))
    guard pageBytes >= 512, pageBytes <= 65_536, pageBytes.nonzeroBitCount == 1 else { return nil }
    checkpointCount = bytes.word(at: 12)
    salt = Array(bytes[16..<24])
    var sum = LogChecksum()
    sum.add(bytes[0..<24], isBigEndian: isBigEndian)
    guard sum == LogChecksum(bytes.word(at: 24), bytes.word(at: 28)) else { return nil }
    checksum = sum
  }
}

extension [UInt8] {
  /// Four bytes as a number, the highest first.
  func word(at place: Int) -> UInt32 {
    self[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
