import Glibc

/// Signals that would end the process where an error number says the same.
enum ProcessSignals {
  /// A file at its size limit is answered by EFBIG, which the code that writes handles; SIGXFSZ would end the
  /// receiver.
  static func ignoreFileSizeLimit() { _ = signal(SIGXFSZ, SIG_IGN) }
}
