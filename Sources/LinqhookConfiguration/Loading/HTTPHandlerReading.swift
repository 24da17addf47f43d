import Foundation

extension HTTPHandlerSettings {
  init?(_ reader: MappingReader) {
    let secret = reader.secret("secret", for: .signing)
    let headers = HTTPHeaderSettings.read(
      reader.section("headers"),
      reserved: HTTPHeaderSettings.reservedInRequests
    )
    let timeout = reader.duration("timeout", in: .milliseconds(1)...(.seconds(3600)))
    let certificates = reader.path("ca_file")
    let statuses = reader.parsedTexts("final", form: "[400, 422]", Self.checkedStatus)
    guard reader.entry("url") != nil else {
      reader.reportMissing("url", "Write where events are sent, as in https://crm.internal/hooks/linq.")
      return nil
    }
    guard let url = reader.parsed("url", form: "an http or https URL", Self.checkedURL) else { return nil }
    self.init(url: url, secret: secret, headers: headers, certificateAuthorityFile: certificates)
    self.timeout = timeout ?? self.timeout
    finalStatuses = statuses.map { Set($0).sorted() } ?? finalStatuses
    warnOfPlainText(reader)
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
