internal import LinqEvents

// The section `linq`. Its variables are those that `linqhook api` has always had, and win over the file.

extension LinqSettings {
  private static let tokenVariable = "LINQ_INTEGRATION_TOKEN"
  private static let tokenFileVariable = "LINQ_INTEGRATION_TOKEN_FILE"
  private static let watchIntervals: ClosedRange<Duration> = .seconds(1)...(.seconds(7 * 86_400))

  init(_ reader: MappingReader) {
    self.init()
    reader.rejectUnknownKeys(known: ["token", "api", "url", "attachment_hosts", "watch"], owner: "linq")
    let fileToken = reader.secret("token", for: .apiToken)
    token = Self.tokenOfEnvironment(reader) ?? fileToken
    let fileAPI = reader.choice("api", LinqAPIName.self)
    api = Self.variable("LINQ_API_VERSION", "api", reader, Choices<LinqAPIName>.parse) ?? fileAPI ?? api
    let fileURL = reader.parsed("url", form: "a URL such as https://api.linqapp.com", Self.checkedURL)
    url = Self.variable("LINQ_API_URL", "url", reader, Self.checkedURL) ?? fileURL ?? url
    attachmentHosts =
      reader.parsedTexts("attachment_hosts", form: "[cdn.linqapp.com]", Self.checkedHost) ?? attachmentHosts
    let watch = reader.section("watch")
    watch.rejectUnknownKeys(known: ["every"], owner: "linq.watch")
    watchInterval = watch.duration("every", in: Self.watchIntervals) ?? watchInterval
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

  private static func variable<Value>(
    _ name: String,
    _ key: String,
    _ reader: MappingReader,
    _ parse: (String) throws(ValueProblem) -> Value
  ) -> Value? {
    guard let text = reader.context.variable(name) else { return nil }
    do { return try parse(text) } catch {
      report(name, key, error.text, reader)
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
