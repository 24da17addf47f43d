internal import LinqEvents
internal import LinqhookInbox

extension StoredEvent {
  /// The event's bytes as one line of JSON. Nearly all come compact, and acceptance has seen that already.
  var line: [UInt8] { envelope.isCompact ? payload : JSONText.compactLine(payload) }
}
