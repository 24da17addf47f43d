/// What the manual says of the configuration, from the same declarations by which files are read.
public enum SettingsManual {
  /// All keys, in the order of the file, those of endpoints and handlers in sections of their own.
  public static var sections: [KeySection] {
    let handlers = HandlerSettings(name: "", kind: .log(LogHandlerSettings()))
    return [
      KeySection(owner: "the file", keys: Settings.keys.described(.blank)),
      KeySection(owner: "an endpoint", keys: EndpointSettings.keys.described(.blank)),
      KeySection(owner: "every handler", keys: HandlerSettings.keys.described(handlers)),
    ] + HandlerKind.builtIn.map { KeySection(owner: $0.owner, keys: $0.described) }
  }

  /// The keys for people: a heading, and under it each key with what it takes and what it means. The manual page is
  /// made from it.
  public static var text: String {
    sections.map { section in
      let keys = section.keys.map { "  \($0.path)\n" + $0.lines.map { "      \($0)\n" }.joined() }
      return "Keys of \(section.owner)\n" + keys.joined()
    }
    .joined(separator: "\n")
  }

  /// The environment variables that set a key.
  static var variables: [String] {
    Settings.keys.described(.blank).compactMap(\.variable)
  }
}

extension KeyDescription {
  /// What it takes, its default, what wins over it, and what it means.
  fileprivate var lines: [String] {
    var facts = ["Takes \(takes).", "Default: \(defaultText ?? "none")."]
    let winners = [flag, variable].compactMap(\.self)
    if !winners.isEmpty {
      facts.append("\(winners.joined(separator: " and ")) win\(winners.count == 1 ? "s" : "") over it.")
    }
    if isRestartOnly { facts.append("Takes effect after a restart.") }
    return (meaning.isEmpty ? [] : [meaning]) + [facts.joined(separator: " ")]
  }
}
