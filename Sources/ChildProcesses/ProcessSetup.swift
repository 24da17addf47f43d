/// What a program that runs children sets up for itself, once, before the first.
public enum ProcessSetup {
  /// Makes this process the one that orphaned descendants fall to, so that they can be found and reaped;
  /// keeps what children write private to this user; keeps them, who run as the same user, from reading secrets
  /// out of this process's memory and environment; and turns a broken pipe from a signal into an error.
  public static func prepare() {
    OwnProcess.becomeSubreaper()
    ChildRegistry.shared.reapsOrphans()
    OwnProcess.keepFilesPrivate()
    OwnProcess.keepMemoryPrivate()
    OwnProcess.ignoreBrokenPipes()
  }

  /// Kills all children and their offspring, for a program that ends at once: nobody would be left to end them in time.
  public static func killChildren() { ChildRegistry.shared.killAll() }
}
