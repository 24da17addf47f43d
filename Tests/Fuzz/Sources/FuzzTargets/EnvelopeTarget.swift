import LinqEvents

/// JSON, and the envelope in it: the three readers must agree about what JSON is.
struct EnvelopeTarget: FuzzTarget {
  func run(_ input: [UInt8]) {
    let value = try? JSONValue(parsing: input.span)
    let isValid = (try? JSONTokenizer.validate(input.span)) != nil
    claim((value != nil) == isValid, "The tokenizer and the tree do not agree whether this is JSON.")
    let line = JSONText.compactLine(input)
    claim(!line.contains { $0 == 0x0A || $0 == 0x0D }, "A line has a line break in it.")
    let envelope = try? EventEnvelope.read(input)
    if let envelope { check(envelope) }
    guard let value else { return claim(envelope == nil, "An envelope was read from what is not JSON.") }
    claim((try? JSONValue(parsing: line.span)) == value, "The compact line says something else.")
    claim((try? JSONValue(parsing: value.compactBytes.span)) == value, "What was written is not read back.")
    claim((try? JSONValue(parsing: Array(value.prettyText.utf8).span)) == value, "The pretty text differs.")
    _ = Self.path?.value(in: input.span)
  }

  private static let path = try? JSONPath("data.chat_handles.0.identifier")

  private func check(_ envelope: EventEnvelope) {
    for text in [envelope.eventType, envelope.eventID].compactMap(\.self) {
      claim((1...EventEnvelope.maxTextBytes).contains(text.utf8.count), "An id has \(text.utf8.count) bytes.")
      claim(
        !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F },
        "An id has a control character."
      )
    }
  }
}
