/// Writes settings as YAML that `SettingsLoader` reads back: every key, defaults included, in the order of the
/// manual. Secrets show as the reference that they came from, or as `***` if they stood in the file.
public enum SettingsPrinter {
  /// The text, with a newline at its end.
  public static func yaml(_ settings: Settings) -> String {
    YAMLText.mapping(settings.printed).lines.joined(separator: "\n") + "\n"
  }
}
