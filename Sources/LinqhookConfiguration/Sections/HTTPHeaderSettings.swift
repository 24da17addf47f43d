/// A header that is added to what is forwarded. The value may be a credential and prints nothing.
public struct HTTPHeaderSettings: Sendable, Equatable {
  /// The field name, a token of RFC 9110.
  public var name: String
  /// The field value.
  public var value: ConfiguredSecret

  /// The header `name` with `value`.
  public init(name: String, value: ConfiguredSecret) {
    self.name = name
    self.value = value
  }
}

extension HTTPHeaderSettings {
  /// In what linqhook sends: set by itself, or by the rules of HTTP.
  static let reservedInRequests: Set<String> = [
    "connection", "content-length", "host", "transfer-encoding", "webhook-id", "webhook-signature",
    "webhook-timestamp",
  ]
  /// In what linqhook answers.
  static let reservedInAnswers: Set<String> = [
    "allow", "connection", "content-encoding", "content-length", "content-range", "content-type", "date",
    "keep-alive", "location", "proxy-authenticate", "proxy-connection", "retry-after", "server", "te",
    "trailer",
    "transfer-encoding", "upgrade", "via", "www-authenticate", "x-request-id",
  ]
  private static let credentials: Set<String> = ["authorization", "cookie", "x-api-key"]

  /// A mapping of names to values, each a text or a reference to one.
  static func read(_ reader: MappingReader, reserved: Set<String>) -> [HTTPHeaderSettings] {
    var names: Set<String> = []
    return reader.entries.compactMap { entry in
      let name = entry.key.lowercased()
      guard isToken(entry.key), !Quoted.looksLikeSecret(name) else {
        reader.report(
          "name",
          "of a header must be letters, digits and `-`, as in X-Team.",
          at: entry.position
        )
        return nil
      }
      guard !reserved.contains(name) else {
        reader.report(entry.key, "is set by linqhook. Take it out.", at: entry.position)
        return nil
      }
      guard names.insert(name).inserted else {
        reader.report(
          entry.key,
          "stands here for the second time; letter case makes no difference.",
          at: entry.position
        )
        return nil
      }
      let value = reader.secret(
        entry.key,
        entry.value,
        for: .header,
        warnsOfLiteral: credentials.contains(name)
      )
      return value.map { HTTPHeaderSettings(name: entry.key, value: $0) }
    }
  }

  /// RFC 9110, section 5.6.2.
  private static func isToken(_ name: String) -> Bool {
    !name.isEmpty
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0)) }
  }
}

extension SettingKey {
  /// Headers by their names; none by default.
  static func headers(
    _ name: String,
    _ path: Path<[HTTPHeaderSettings]>,
    reserved: Set<String>,
    _ meaning: String
  ) -> Self {
    value(
      name,
      path,
      takes: "a mapping of names to texts, env:NAME or file:/path",
      meaning,
      read: { HTTPHeaderSettings.read($0.section(name), reserved: reserved) },
      print: { $0.isEmpty ? nil : .flowMapping($0.map { ($0.name, .secret($0.value)) }) }
    )
  }
}
