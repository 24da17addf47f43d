internal import CChildProcesses
internal import Glibc

/// What a program that runs children sets up for itself, once, before the first.
public enum ProcessSetup {
  /// Makes this process the one that orphaned descendants fall to, so that they can be found and reaped;
  /// keeps what children write private to this user; keeps them, who run as the same user, from reading secrets
  /// out of this process's memory and environment; and turns a broken pipe from a signal into an error.
  public static func prepare() {
    _ = linqhook_become_subreaper()
    ChildRegistry.shared.reapsOrphans()
    _ = umask(0o077)
    _ = linqhook_keep_memory_private()
    ignoreBrokenPipes()
  }

  /// Kills all children and their offspring, for a program that ends at once: nobody would be left to end them in time.
  public static func killChildren() { ChildRegistry.shared.killAll() }

  /// A child that closes its standard input must not end us.
  static func ignoreBrokenPipes() { linqhook_ignore_broken_pipes() }
}
