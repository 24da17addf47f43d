/// What the manual says of the configuration, from the same declarations by which files are read.
public enum SettingsManual {
  /// All keys, in the order of the file, those of endpoints and handlers in sections of their own.
  public static var sections: [KeySection] {
    let handlers = HandlerSettings(name: "", kind: .log(LogHandlerSettings()))
    return [
      KeySection(owner: "", keys: Settings.keys.described(.blank)),
      KeySection(owner: "an endpoint", keys: EndpointSettings.keys.described(.blank)),
      KeySection(owner: "every handler", keys: HandlerSettings.keys.described(handlers)),
    ] + HandlerKind.builtIn.map { KeySection(owner: $0.owner, keys: $0.described) }
  }
}
