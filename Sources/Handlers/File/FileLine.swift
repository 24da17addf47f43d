internal import LinqEvents
internal import LinqhookInbox

/// An event as one line. The same event always gives the same bytes: recovery finds lines by comparing them.
enum FileLine {
  static func append(_ event: StoredEvent, as format: FileHandlerOptions.Format, to buffer: inout [UInt8]) {
    switch format {
    case .payload:
      buffer.append(contentsOf: event.line)
    case .envelope:
      append(#"{"received_at":""# + RFC3339.text(milliseconds: event.receivedAtMilliseconds), to: &buffer)
      append(#"","source":"#, to: &buffer)
      if let source = event.source {
        JSONText.append(source, to: &buffer)
      } else {
        append("null", to: &buffer)
      }
      append(#","event_id":"#, to: &buffer)
      JSONText.append(event.eventID, to: &buffer)
      append(#","event_type":"#, to: &buffer)
      JSONText.append(event.envelope.eventType, to: &buffer)
      append(#","payload":"#, to: &buffer)
      buffer.append(contentsOf: event.line)
      buffer.append(UInt8(ascii: "}"))
    }
    buffer.append(UInt8(ascii: "\n"))
  }

  /// The line in every format, without its line feed, for recovery: the format may have been changed between
  /// two starts.
  static func variants(of event: StoredEvent) -> [[UInt8]] {
    FileHandlerOptions.Format.allCases.map { format in
      var line: [UInt8] = []
      append(event, as: format, to: &line)
      line.removeLast()
      return line
    }
  }

  /// Whether a line, without its line feed, can be one of ours that nothing is missing from: an object.
  static func isWhole(_ line: [UInt8]) -> Bool {
    line.first == UInt8(ascii: "{") && (try? JSONTokenizer.validate(line.span)) != nil
  }

  private static func append(_ text: String, to buffer: inout [UInt8]) {
    buffer.append(contentsOf: text.utf8)
  }
}
