private import Glibc

/// A file that is synced to the disk, as a store does it.
struct SyncedFile {
  private let descriptor: Int32

  init(path: String) throws(BenchError) {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("open \(path)", errno) }
  }

  func append(_ bytes: [UInt8]) throws(BenchError) {
    guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else { throw .system("write", errno) }
    guard fdatasync(descriptor) == 0 else { throw .system("fdatasync", errno) }
  }

  func close() { Glibc.close(descriptor) }
}
