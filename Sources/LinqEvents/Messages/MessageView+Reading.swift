// Which reader an event has. The version decides, never a guess by the fields that happen to be there.

extension MessageView {
  /// Reads an event.
  ///
  /// It builds a tree and is meant for delivery and for people, never for the acceptance of a request.
  ///
  /// - Throws: ``JSONError`` for bytes that are no JSON.
  public init(event bytes: [UInt8]) throws(JSONError) {
    self.init(event: try JSONValue(parsing: bytes.span))
  }

  /// Reads an event that is a tree already.
  public init(event: JSONValue) {
    self.init()
    let apiVersion = event[member: "api_version"]?.identifier
    eventID = event[member: "event_id"]?.identifier
    eventType = event[member: "event_type"]?.string
    createdAt = event[member: "created_at"]?.utcTime
    version = apiVersion == "v2" ? "v2" : event[member: "webhook_version"]?.identifier ?? apiVersion
    guard let eventType, let data = event[member: "data"] else { return }
    switch version {
    case "v2": readV2(data, type: eventType)
    case "2025-01-01": readV3(data, type: eventType, isOf2026: false)
    case "2026-02-03": readV3(data, type: eventType, isOf2026: true)
    default: break
    }
  }

  /// Takes the parts and what they say together.
  mutating func take(_ parts: [(part: MessagePart, text: String?)]) {
    self.parts = parts.map(\.part)
    text = parts.compactMap(\.text).joined(separator: "\n")
  }
}

extension JSONValue {
  /// A string, or a number's digits: V2 has been seen to write ids both ways. Nil for an empty one.
  var identifier: String? {
    switch self {
    case .scalar(.string(let text)), .scalar(.number(let text)): text.isEmpty ? nil : text
    default: nil
    }
  }

  /// `true` or `false`; nil for everything else.
  var flag: Bool? {
    guard case .scalar(.bool(let value)) = self else { return nil }
    return value
  }

  /// A time in any of Linq's spellings, in UTC; nil for what is none.
  var utcTime: String? {
    string.flatMap(RFC3339.milliseconds).map { RFC3339.text(milliseconds: $0) }
  }

  /// Whether something is there: Linq leaves out a field and writes `null` with the same meaning.
  var isPresent: Bool { self != .null }
}
