internal import CChildProcesses
internal import Glibc

/// What this process sets for itself.
enum OwnProcess {
  static func becomeSubreaper() { _ = linqhook_become_subreaper() }

  static func keepFilesPrivate() { _ = umask(0o077) }

  static func keepMemoryPrivate() { _ = linqhook_keep_memory_private() }

  /// A child that closes its standard input must not end us.
  static func ignoreBrokenPipes() { linqhook_ignore_broken_pipes() }
}
