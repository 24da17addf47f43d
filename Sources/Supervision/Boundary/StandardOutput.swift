private import Glibc

/// Where results go.
public enum StandardOutput {
  /// Whether a person looks at it, not a program or a file.
  public static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}
