import Glibc

/// Signals that would end the process where an error number says the same.
enum ProcessSignals {
  /// A reader that has gone (SIGPIPE) and a file at its size limit (SIGXFSZ) are answered by EPIPE and EFBIG,
  /// which the code that writes handles; the signals would kill the receiver.
  static func ignoreThoseThatEndAWrite() {
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
  }
}
