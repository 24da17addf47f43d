internal import LinqEvents

/// How linqhook itself calls Linq: for the watch of the subscriptions, for `linqhook api`, for answers.
public struct LinqSettings: Sendable, Equatable {
  /// The integration token; nil where there is none, and then Linq is not called.
  public var token: ConfiguredSecret?
  /// The version of the API.
  public var api: LinqAPIName
  /// Scheme and host of the API.
  public var url: String
  /// The only hosts that attachments are fetched from: names, or `*.` before one.
  public var attachmentHosts: [String]
  /// How often the subscriptions are looked at.
  public var watchInterval: Duration

  /// The defaults: V3 at Linq's own address, a look every ten minutes, no token.
  public init(
    token: ConfiguredSecret? = nil,
    api: LinqAPIName = .v3,
    url: String = "https://api.linqapp.com",
    attachmentHosts: [String] = ["cdn.linqapp.com"],
    watchInterval: Duration = .seconds(600)
  ) {
    self.token = token
    self.api = api
    self.url = url
    self.attachmentHosts = attachmentHosts
    self.watchInterval = watchInterval
  }
}

/// A version of Linq's API, as the configuration names it.
public enum LinqAPIName: String, Sendable, CaseIterable {
  /// The current one.
  case v3
  /// The one of Linq's older guide.
  case v2
}

// Its variables are those that `linqhook api` has always had, and win over the file.

extension LinqSettings: SettingsSection {
  static let blank = LinqSettings()
  private static let tokenVariable = "LINQ_INTEGRATION_TOKEN"
  private static let tokenFileVariable = "LINQ_INTEGRATION_TOKEN_FILE"

  static let keys: [SettingKey<LinqSettings>] = [
    tokenKey,
    .layered(
      "api",
      \.api,
      variable: "LINQ_API_VERSION",
      takes: Choices<LinqAPIName>.form,
      "The version of Linq's API.",
      parse: { text, _ throws(ValueProblem) in try Choices<LinqAPIName>.parse(text) },
      print: { .text($0.rawValue) }
    ),
    .layered(
      "url",
      \.url,
      variable: "LINQ_API_URL",
      takes: "a URL such as https://api.linqapp.com",
      "Scheme and host of the API.",
      parse: { text, _ throws(ValueProblem) in try checkedURL(text) },
      print: YAMLText.text
    ),
    .value(
      "attachment_hosts",
      \.attachmentHosts,
      takes: "a list of host names, or of *. before one",
      "The only hosts that attachments are fetched from.",
      read: { $0.parsedTexts("attachment_hosts", form: "[cdn.linqapp.com]", checkedHost) },
      print: YAMLText.texts
    ),
    .group(
      "watch",
      isOneLine: true,
      [
        .duration(
          "every",
          \.watchInterval,
          in: .seconds(1)...(.seconds(7 * 86_400)),
          "How often the subscriptions are looked at; never without a token."
        )
      ]
    ),
  ]

  private static var tokenKey: SettingKey<LinqSettings> {
    var key = SettingKey<LinqSettings>.optional(
      "token",
      \.token,
      takes: "env:NAME, file:/path or credential:NAME",
      "The integration token. Without one Linq is not called.",
      read: { reader in
        // A token that is not used need not be there.
        isTokenInEnvironment(reader) ? tokenOfEnvironment(reader) : reader.secret("token", for: .apiToken)
      },
      print: YAMLText.secret
    )
    key.variable = "\(tokenVariable) or \(tokenFileVariable)"
    return key
  }

  /// Whether there is a token, be it one that cannot be read here.
  static func namesToken(_ reader: MappingReader) -> Bool {
    reader.entry("token") != nil || isTokenInEnvironment(reader)
  }

  private static func isTokenInEnvironment(_ reader: MappingReader) -> Bool {
    [tokenVariable, tokenFileVariable].contains { reader.context.variable($0) != nil }
  }

  private static func tokenOfEnvironment(_ reader: MappingReader) -> ConfiguredSecret? {
    let context = reader.context
    let (named, file) = (context.variable(tokenVariable), context.variable(tokenFileVariable))
    if named != nil, file != nil {
      report(tokenVariable, "token", "is set, and so is \(tokenFileVariable). Set one of them.", reader)
      return nil
    }
    guard named != nil || file != nil, context.purpose != .part else { return nil }
    let reference = file.map { "file:\($0)" } ?? "env:\(tokenVariable)"
    do {
      let secrets = SecretReader(context: context, use: .apiToken, allowsWeak: true)
      return try secrets.resolve(reference).secrets.first
    } catch {
      report(file == nil ? tokenVariable : tokenFileVariable, "token", error.text, reader)
      return nil
    }
  }

  private static func report(_ variable: String, _ key: String, _ text: String, _ reader: MappingReader) {
    reader.context.problems.report(
      Problem(place: .environment(variable), key: reader.fullPath(key), message: text)
    )
  }

  private static func checkedURL(_ text: String) throws(ValueProblem) -> String {
    do throws(ServiceAddressError) { return try ServiceAddress(text).description } catch {
      switch error {
      case .malformed:
        throw ValueProblem(
          "must be scheme and host, as in \(ServiceAddress.linq) or http://127.0.0.1:8081, not \(Quoted.text(text))."
        )
      case .notEncrypted:
        throw ValueProblem(
          "is not encrypted, so others could read the token. Use https, or a stand-in on this machine."
        )
      }
    }
  }

  private static func checkedHost(_ text: String) throws(ValueProblem) -> String {
    let host = text.hasPrefix("*.") ? text.dropFirst(2) : Substring(text)
    let isName = host.contains(where: \.isLetter) || host.contains(".")
    guard isName, !host.hasPrefix("."), !host.hasSuffix("."), !host.contains(".."),
      host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-.:".contains($0)) })
    else {
      throw ValueProblem(
        "must list host names, as in cdn.linqapp.com or *.linqapp.com, not \(Quoted.text(text))."
      )
    }
    return text.lowercased()
  }
}
