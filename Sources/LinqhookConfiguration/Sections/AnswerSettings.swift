/// The statuses of the two refusals that an operator may choose.
public struct AnswerSettings: Sendable, Equatable {
  /// For a signature that is missing or wrong.
  public var badSignature: Int
  /// For a good signature with a timestamp outside the tolerance. 503 lets Linq stamp and send it again.
  public var stale: Int
  /// Headers that the answers with 2xx have besides linqhook's own.
  public var headers: [HTTPHeaderSettings]

  /// The defaults: 401 and 503, no further headers.
  public init(badSignature: Int = 401, stale: Int = 503, headers: [HTTPHeaderSettings] = []) {
    self.badSignature = badSignature
    self.stale = stale
    self.headers = headers
  }
}

extension AnswerSettings: SettingsSection {
  private static let badSignatureAllowed = [400, 401, 403, 404, 503]
  private static let staleAllowed = [503, 500, 429]
  private static let staleFinal = [400, 401, 403, 404, 408, 409, 422]

  static let blank = AnswerSettings()
  static let keys: [SettingKey<AnswerSettings>] = [
    .value(
      "bad_signature",
      \.badSignature,
      takes: oneOf(badSignatureAllowed.map(String.init)),
      "The status for a signature that is missing or wrong.",
      read: readBadSignature,
      print: YAMLText.integer
    ),
    .value(
      "stale",
      \.stale,
      takes: "\(oneOf(staleAllowed.map(String.init))); a 4xx is possible, but Linq never repeats after it",
      "The status for a good signature with a timestamp outside the tolerance.",
      read: readStale,
      print: YAMLText.integer
    ),
    .headers(
      "headers",
      \.headers,
      reserved: HTTPHeaderSettings.reservedInAnswers,
      "Headers that are added to answers with 2xx, for example for Linq's delivery affinity."
    ),
  ]

  @Sendable private static func readBadSignature(_ reader: MappingReader) -> Int? {
    guard let status = reader.integer("bad_signature", in: 100...599) else { return nil }
    if badSignatureAllowed.contains(status) { return status }
    reader.report(
      "bad_signature",
      "must be \(oneOf(badSignatureAllowed.map(String.init))), not \(status)."
    )
    return nil
  }

  @Sendable private static func readStale(_ reader: MappingReader) -> Int? {
    guard let status = reader.integer("stale", in: 100...599) else { return nil }
    guard (staleAllowed + staleFinal).contains(status) else {
      reader.report("stale", "must be \(oneOf(staleAllowed.map(String.init))), not \(status).")
      return nil
    }
    if staleFinal.contains(status) {
      reader.warn(
        "stale",
        "is \(status), after which Linq never sends the event again: a wrong clock would lose messages. 503 lets it come back."
      )
    }
    return status
  }
}
