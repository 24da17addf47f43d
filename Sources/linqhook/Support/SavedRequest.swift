import LinqEvents

/// A raw HTTP request as a proxy or `curl --trace` would save it: header lines, a blank line, the body.
struct SavedRequest {
  private(set) var headers: [(name: String, value: String)] = []
  private(set) var body: [UInt8] = []

  /// Lines may end in CRLF or LF. The body is everything behind the blank line, untouched.
  init(parsing bytes: [UInt8]) throws(CommandFailure) {
    var rest = bytes[...]
    var isFirst = true
    while let line = Self.takeLine(&rest) {
      if line.isEmpty {
        body = Array(rest)
        return
      }
      if let field = Self.field(line) {
        headers.append(field)
      } else if !isFirst {
        throw CommandFailure(
          .badData,
          "The request has a header line without a colon. Save it as header lines, a blank line, the body."
        )
      }
      isFirst = false
    }
    throw CommandFailure(
      .badData,
      "The request has no blank line between headers and body. Save it byte for byte."
    )
  }

  /// The headers that the schemes sign with; of several fields with one name the first counts.
  var signatureHeaders: SignatureHeaders {
    SignatureHeaders(
      xWebhookSignature: value("x-webhook-signature"),
      xWebhookTimestamp: value("x-webhook-timestamp"),
      webhookID: value("webhook-id"),
      webhookTimestamp: value("webhook-timestamp"),
      webhookSignature: value("webhook-signature")
    )
  }

  private func value(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name }?.value
  }

  private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    var line = rest[..<end]
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    rest = rest[(end + 1)...]
    return line
  }

  private static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
      !line[..<colon].contains(UInt8(ascii: " "))
    else { return nil }
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let value = line[(colon + 1)...].drop(while: isBlank)
    let trimmed = value.reversed().drop(while: isBlank).reversed()
    return (String(decoding: line[..<colon], as: UTF8.self), String(decoding: trimmed, as: UTF8.self))
  }
}
