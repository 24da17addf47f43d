public import SystemPackage

/// Why the file handler cannot start.
public enum FileHandlerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file could not be opened or made.
  case cannotOpen(path: String, Errno)
  /// It is a directory, a pipe or a device.
  case notAFile(path: String)
  /// Another process holds the lock on it.
  case inUse(path: String)
  /// Some other call on it failed.
  case failed(what: String, path: String, Errno)

  /// A sentence for the operator.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let error):
      "The file \(path) cannot be opened for writing: \(error). Create its directory and make it writable for this user."
    case .notAFile(let path):
      "\(path) is not a regular file: the file handler needs one so that it can remove half-written lines."
    case .inUse(let path):
      "Another process writes to \(path) and holds its lock: stop the other linqhook or give this handler another path."
    case .failed(let what, let path, let error):
      "\(what) \(path) failed: \(error)."
    }
  }
}
