import Glibc

/// Signals that would end the process where an error number says the same, or that say too much when they do.
enum SignalDefaults {
  /// A file at its size limit is answered by EFBIG, which the code that writes handles; SIGXFSZ would end the
  /// receiver.
  static func ignoreFileSizeLimit() { _ = signal(SIGXFSZ, SIG_IGN) }

  /// Swift's crash reporter writes registers and the memory that they point to onto the log, and a part of a
  /// secret may be in it. So a crash only ends the process, with Swift's own sentence where there is one, unless
  /// SWIFT_BACKTRACE asks for more.
  static func leaveCrashesToTheKernel(environment: [String: String]) {
    guard environment["SWIFT_BACKTRACE"] == nil else { return }
    for crash in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { _ = signal(crash, SIG_DFL) }
  }
}
