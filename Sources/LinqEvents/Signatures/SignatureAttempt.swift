/// What the headers claim for one scheme, read strictly before anything is computed.
struct SignatureAttempt {
  /// Eleven digits of seconds reach the year 5138; milliseconds of today have thirteen.
  static let maxTimestampDigits = 11
  /// As long as an event id may be.
  static let maxIdBytes = 255

  let candidates: SignatureCandidates
  let message: SignedMessage
  let eventID: String?
  let timestampSeconds: Int64?

  init(_ scheme: SignatureScheme, _ headers: SignatureHeaders) throws(SignatureRefusal) {
    switch scheme {
    case .v2: try self.init(v2: headers)
    case .v3: try self.init(v3: headers)
    case .standard: try self.init(standard: headers)
    }
  }

  private init(v2 headers: SignatureHeaders) throws(SignatureRefusal) {
    guard let header = headers.xWebhookSignature?.withoutOptionalWhitespace else { throw .noSignature }
    candidates = try SignatureCandidates(v2: header)
    message = .bodyOnly
    (eventID, timestampSeconds) = (nil, nil)
  }

  private init(v3 headers: SignatureHeaders) throws(SignatureRefusal) {
    guard let header = headers.xWebhookSignature?.withoutOptionalWhitespace else { throw .noSignature }
    candidates = try SignatureCandidates(v3: header)
    guard let timestamp = headers.xWebhookTimestamp?.withoutOptionalWhitespace else {
      throw .missingTimestamp
    }
    timestampSeconds = try Self.seconds(timestamp)
    message = .stamped(timestamp: timestamp)
    eventID = nil
  }

  private init(standard headers: SignatureHeaders) throws(SignatureRefusal) {
    guard let header = headers.webhookSignature?.withoutOptionalWhitespace else { throw .noSignature }
    candidates = try SignatureCandidates(standard: header)
    guard let id = headers.webhookID?.withoutOptionalWhitespace else { throw .missingID }
    guard Self.isUsableID(id) else { throw .malformedID }
    guard let timestamp = headers.webhookTimestamp?.withoutOptionalWhitespace else {
      throw .missingTimestamp
    }
    timestampSeconds = try Self.seconds(timestamp)
    message = .identified(id: id, timestamp: timestamp)
    eventID = id
  }

  private static func isUsableID(_ id: String) -> Bool {
    (1...maxIdBytes).contains(id.utf8.count)
      && id.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ".") }
  }

  /// Decimal digits only: no sign, no fraction, no room to overflow.
  private static func seconds(_ timestamp: String) throws(SignatureRefusal) -> Int64 {
    guard (1...maxTimestampDigits).contains(timestamp.utf8.count) else { throw .malformedTimestamp }
    var seconds: Int64 = 0
    for byte in timestamp.utf8 {
      guard (0x30...0x39).contains(byte) else { throw .malformedTimestamp }
      seconds = seconds * 10 + Int64(byte - 0x30)
    }
    return seconds
  }
}
