import Foundation

/// Forwards each event to a URL.
public struct HTTPHandlerSettings: Sendable, Equatable {
  /// An absolute `http` or `https` URL without user, password and fragment.
  public var url: String
  /// Signs what is forwarded by the Standard Webhooks rules; `nil` sends unsigned.
  public var secret: ConfiguredSecret?
  /// Headers that are added, in the order of the file.
  public var headers: [HTTPHeaderSettings]
  /// How long one request may take.
  public var timeout: Duration
  /// Statuses that make an event a dead letter at once, rising.
  public var finalStatuses: [Int]
  /// Certificates (PEM) to trust instead of the system's; absolute.
  public var certificateAuthorityFile: String?

  /// What says that the target can never take this very event.
  public static let finalStatusesDefault = [400, 405, 410, 411, 413, 414, 415, 422, 431, 501, 505]

  /// Forwards to `url`, unsigned, 10 s a request.
  public init(
    url: String,
    secret: ConfiguredSecret? = nil,
    headers: [HTTPHeaderSettings] = [],
    timeout: Duration = .seconds(10),
    finalStatuses: [Int] = HTTPHandlerSettings.finalStatusesDefault,
    certificateAuthorityFile: String? = nil
  ) {
    self.url = url
    self.secret = secret
    self.headers = headers
    self.timeout = timeout
    self.finalStatuses = finalStatuses
    self.certificateAuthorityFile = certificateAuthorityFile
  }
}

extension HTTPHandlerSettings: HandlerTypeSettings {
  static let typeName = "http"
  static let defaultConcurrency = 4
  static let blank = HTTPHandlerSettings(url: "")
  static let keys: [SettingKey<HTTPHandlerSettings>] = [
    .value(
      "url",
      \.url,
      takes: "an http or https URL",
      "Where events are posted to.",
      read: { $0.parsed("url", form: "an http or https URL", checkedURL) },
      print: YAMLText.text
    ).byDefault("none; it must be there"),
    .secret("secret", \.secret, for: .signing, "Signs what is sent by the Standard Webhooks rules."),
    .headers(
      "headers",
      \.headers,
      reserved: HTTPHeaderSettings.reservedInRequests,
      "Headers that are added to each request."
    ),
    .duration(
      "timeout",
      \.timeout,
      in: .milliseconds(1)...(.seconds(3600)),
      "How long one request may take."
    ),
    .value(
      "final",
      \.finalStatuses,
      takes: "a list of statuses, 300 to 599",
      "Answers after which an event is a dead letter at once. All others but 2xx are tried again, 429 and 503 after what they say in Retry-After.",
      read: { $0.parsedTexts("final", form: "[400, 422]", checkedStatus).map { Set($0).sorted() } },
      print: { .flowList($0.map(YAMLText.integer)) }
    ),
    .path("ca_file", \.certificateAuthorityFile, "Certificates (PEM) to trust instead of the system's."),
  ]

  var kind: HandlerKind { .http(self) }
  var secrets: [ConfiguredSecret] { [secret].compactMap(\.self) + headers.map(\.value) }
  var isComplete: Bool { !url.isEmpty }

  mutating func check(_ reader: MappingReader) {
    if reader.entry("url") == nil {
      reader.reportMissing("url", "Write where events are sent, as in https://crm.internal/hooks/linq.")
    }
    if isComplete { warnOfPlainText(reader) }
  }

  /// The URL is not quoted in any sentence: many services put their credential into it.
  private static func checkedURL(_ text: String) throws(ValueProblem) -> String {
    guard let parts = URLComponents(string: text), !text.contains(where: { $0.isControl || $0 == " " }) else {
      throw ValueProblem("must be an http or https URL, as in https://crm.internal/hooks/linq.")
    }
    guard let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme) else {
      throw ValueProblem("must begin with https:// or http://.")
    }
    guard let host = parts.host, !host.isEmpty else {
      throw ValueProblem("names no host. Write it whole, as in https://crm.internal/hooks/linq.")
    }
    guard parts.user == nil, parts.password == nil else {
      throw ValueProblem(
        "must hold no user and password. Send them in `headers`, as in {Authorization: env:CRM_AUTHORIZATION}."
      )
    }
    guard parts.fragment == nil else {
      throw ValueProblem("must have no `#` part: it is never sent.")
    }
    return text
  }

  private static func checkedStatus(_ text: String) throws(ValueProblem) -> Int {
    guard text.count == 3, let status = Int(text), (300...599).contains(status) else {
      throw ValueProblem("must hold statuses from 300 to 599, as in [400, 422], not \(Quoted.text(text)).")
    }
    return status
  }

  private func warnOfPlainText(_ reader: MappingReader) {
    let parts = URLComponents(string: url)
    let host = parts?.host?.trimmingCharacters(in: ["[", "]"]) ?? ""
    if parts?.scheme?.lowercased() == "http", !ListenSettings.tcp(host: host, port: 80).isLocal {
      reader.warn("url", "is not encrypted: whoever is on the way can read the events. Use https.")
    }
  }
}
