/// Turns the places that a scan found into an envelope.
struct EnvelopeReader {
  let scan: EnvelopeScan

  func envelope(in bytes: Span<UInt8>) throws(EnvelopeError) -> EventEnvelope {
    let eventType = try eventType(in: bytes)
    let (eventID, eventIDProblem) = eventID(in: bytes)
    let createdAt = textOrNumber(.createdAt, in: bytes)
    return EventEnvelope(
      eventType: eventType,
      eventID: eventID,
      eventIDProblem: eventIDProblem,
      apiVersion: textOrNumber(.apiVersion, in: bytes),
      webhookVersion: textOrNumber(.webhookVersion, in: bytes),
      createdAt: createdAt,
      createdAtMilliseconds: createdAt.flatMap { RFC3339.milliseconds($0) ?? UnixTime.milliseconds($0) },
      traceID: textOrNumber(.traceID, in: bytes),
      partnerID: textOrNumber(.partnerID, in: bytes),
      chatID: chatID(ofType: eventType, in: bytes),
      sender: sender(in: bytes),
      direction: text(.dataDirection, in: bytes),
      isCompact: scan.isCompact
    )
  }

  private func eventType(in bytes: Span<UInt8>) throws(EnvelopeError) -> String {
    guard let token = scan[.eventType] else { throw .eventTypeMissing }
    do {
      return try Self.identifierOrNumber(token, in: bytes)
    } catch {
      throw .eventTypeUnusable(error)
    }
  }

  private func eventID(in bytes: Span<UInt8>) -> (String?, IdentifierProblem?) {
    guard let token = scan[.eventID] else { return (nil, nil) }
    do {
      return (try Self.identifierOrNumber(token, in: bytes), nil)
    } catch {
      return (nil, error)
    }
  }

  /// V3 of 2026-02-03 has `data.chat.id` in messages; V2 and the rest of V3 have `data.chat_id`; an event
  /// about the chat itself has `data.id`.
  private func chatID(ofType eventType: String, in bytes: Span<UInt8>) -> String? {
    if eventType == "chat.created", let id = textOrNumber(.dataID, in: bytes) { return id }
    return textOrNumber(.dataChatNestedID, in: bytes) ?? textOrNumber(.dataChatID, in: bytes)
  }

  /// V2 has `from_phone` in messages, `from` in calls and `chat_handle.identifier` in reactions; V3 has
  /// `sender_handle.handle` (2026-02-03), `from_handle.handle` or `from`, and in contact cards and locations a string.
  private func sender(in bytes: Span<UInt8>) -> String? {
    text(.dataFromPhone, in: bytes)
      ?? text(.dataSenderHandleText, in: bytes)
      ?? text(.dataFromHandleText, in: bytes)
      ?? text(.dataFrom, in: bytes)
      ?? text(.dataChatHandleIdentifier, in: bytes)
      ?? text(.dataSenderHandle, in: bytes)
      ?? text(.dataSharedBy, in: bytes)
  }

  private func text(_ place: EnvelopePlace, in bytes: Span<UInt8>) -> String? {
    scan[place].flatMap { try? Self.identifier($0, in: bytes) }
  }

  private func textOrNumber(_ place: EnvelopePlace, in bytes: Span<UInt8>) -> String? {
    scan[place].flatMap { try? Self.identifierOrNumber($0, in: bytes) }
  }

  /// A number is the text that it is spelt as: `1`, `1.0` and `1e0` are three, and no digit of a long one is lost.
  private static func identifierOrNumber(
    _ token: JSONToken,
    in bytes: Span<UInt8>
  ) throws(IdentifierProblem) -> String {
    guard token.kind == .number else { return try identifier(token, in: bytes) }
    guard token.range.count <= EventEnvelope.maxTextBytes else { throw .tooLong }
    return token.text(in: bytes)
  }

  /// A string of 1 to 255 bytes without control characters or halves of surrogate pairs.
  private static func identifier(
    _ token: JSONToken,
    in bytes: Span<UInt8>
  ) throws(IdentifierProblem) -> String {
    guard token.kind == .string else { throw .notAString }
    guard !token.hasLoneSurrogate else { throw .loneSurrogate }
    // Without escapes the bytes are the text, and no string is made of what is refused.
    guard token.hasEscapes else {
      try check(bytes.extracting(token.contentRange))
      return token.text(in: bytes)
    }
    let text = token.text(in: bytes)
    try check(text.utf8.span)
    return text
  }

  private static func check(_ text: Span<UInt8>) throws(IdentifierProblem) {
    guard !text.isEmpty else { throw .empty }
    guard text.count <= EventEnvelope.maxTextBytes else { throw .tooLong }
    guard !hasControlCharacters(text) else { throw .controlCharacters }
  }

  /// C0, DEL, and C1, which UTF-8 spells C2 80 to C2 9F.
  private static func hasControlCharacters(_ text: Span<UInt8>) -> Bool {
    var previous: UInt8 = 0
    for index in text.indices {
      let byte = text[index]
      if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return true }
      previous = byte
    }
    return false
  }
}

extension IdentifierProblem: Error {}
