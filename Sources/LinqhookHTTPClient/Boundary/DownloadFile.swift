import Glibc

/// The file of one download while it is written. Nothing of it stays unless `finish` has been called.
final class DownloadFile {
  private let target: DownloadTarget
  private let folder: String
  private let temporaryPath: String
  private var descriptor: Int32
  private(set) var byteCount: Int64 = 0
  /// Why it cannot be written; nil while it can.
  private(set) var trouble: String?
  /// The length of the whole file, once it is in its place.
  private(set) var finishedByteCount: Int64?

  init(_ target: DownloadTarget) {
    self.target = target
    let slash = target.path.lastIndex(of: "/")
    folder = slash.map { $0 == target.path.startIndex ? "/" : String(target.path[..<$0]) } ?? "."
    let random = String(UInt64.random(in: 0 ... .max), radix: 16)
    temporaryPath = "\(folder)/\(DownloadTarget.temporaryPrefix)\(random)"
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    descriptor = unsafe open(temporaryPath, flags, mode_t(0o600))
    if descriptor < 0 { note("it cannot be created") }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if finishedByteCount == nil { unsafe unlink(temporaryPath) }
  }

  /// Writes all of a piece; false when that failed.
  func append(_ piece: UnsafeRawBufferPointer) -> Bool {
    guard trouble == nil else { return false }
    var rest = unsafe piece[...]
    while unsafe !rest.isEmpty {
      let count = unsafe write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return note("it cannot be written") }
      unsafe rest = rest.dropFirst(count)
    }
    byteCount += Int64(piece.count)
    return true
  }

  /// Puts the file on disk under its name; false when that failed.
  func finish() -> Bool {
    guard trouble == nil else { return false }
    guard fchmod(descriptor, mode_t(target.permissions)) == 0, fsync(descriptor) == 0 else {
      return note("it cannot be put on disk")
    }
    guard unsafe rename(temporaryPath, target.path) == 0 else { return note("it cannot be renamed") }
    finishedByteCount = byteCount
    // The name is only lasting when its folder is on disk. Where it is not, the file is fetched again.
    let directory = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      _ = fsync(directory)
      close(directory)
    }
    return true
  }

  @discardableResult
  private func note(_ what: String) -> Bool {
    trouble = unsafe "\(what): \(String(cString: strerror(errno)))"
    return false
  }
}
