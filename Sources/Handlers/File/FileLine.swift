internal import Inbox
internal import LinqEvents

/// An event as one line. The same event always gives the same bytes: recovery finds lines by comparing them.
enum FileLine {
  static func append(_ event: StoredEvent, as format: FileHandlerSettings.Format, to buffer: inout [UInt8]) {
    switch format {
    case .payload:
      buffer.append(contentsOf: JSONText.compactLine(event.payload))
    case .envelope:
      append(#"{"received_at":""# + RFC3339.text(milliseconds: event.receivedAtMilliseconds), to: &buffer)
      append(#"","source":"#, to: &buffer)
      if let source = event.source { appendQuoted(source, to: &buffer) } else { append("null", to: &buffer) }
      append(#","event_id":"#, to: &buffer)
      appendQuoted(event.eventID, to: &buffer)
      append(#","event_type":"#, to: &buffer)
      appendQuoted(event.envelope.eventType, to: &buffer)
      append(#","payload":"#, to: &buffer)
      buffer.append(contentsOf: JSONText.compactLine(event.payload))
      buffer.append(UInt8(ascii: "}"))
    }
    buffer.append(UInt8(ascii: "\n"))
  }

  /// The line in every format, without its line feed, for recovery: the format may have been changed between
  /// two starts.
  static func variants(of event: StoredEvent) -> [[UInt8]] {
    FileHandlerSettings.Format.allCases.map { format in
      var line: [UInt8] = []
      append(event, as: format, to: &line)
      line.removeLast()
      return line
    }
  }

  /// Nearly every id and type is plain ASCII; only the others go scalar by scalar.
  private static func appendQuoted(_ text: String, to buffer: inout [UInt8]) {
    let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    guard isPlain else { return JSONText.append(text, to: &buffer) }
    buffer.append(UInt8(ascii: "\""))
    buffer.append(contentsOf: text.utf8)
    buffer.append(UInt8(ascii: "\""))
  }

  private static func append(_ text: String, to buffer: inout [UInt8]) {
    buffer.append(contentsOf: text.utf8)
  }
}
