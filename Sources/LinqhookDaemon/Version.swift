/// What `--version`, `linqhook_build_info` and the user agent say.
public enum LinqhookVersion {
  /// Semantic version of this build.
  public static let current = "0.1.0"
}
