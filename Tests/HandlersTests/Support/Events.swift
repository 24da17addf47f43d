import Foundation
import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import Testing

/// An event whose payload is the given text, or a small message.
func event(
  _ sequence: Int64,
  type: String = "message.received",
  chat: String? = nil,
  sender: String? = nil,
  source: String? = nil,
  payload: String? = nil,
  receivedAtMilliseconds: Int64 = 1_770_000_000_123
) -> StoredEvent {
  let id = "event-\(sequence)"
  let payload = payload ?? #"{"event_id":"\#(id)","event_type":"\#(type)"}"#
  return StoredEvent(
    sequence: sequence,
    eventID: id,
    envelope: EventEnvelope(eventType: type, eventID: id, chatID: chat, sender: sender),
    source: source,
    receivedAtMilliseconds: receivedAtMilliseconds,
    payload: Array(payload.utf8)
  )
}

/// An event that was received after whatever a test starts.
func newEvent(_ sequence: Int64, payload: String) -> StoredEvent {
  event(sequence, payload: payload, receivedAtMilliseconds: 4_102_444_800_000)
}

/// Waits for what no call tells.
func eventually(
  _ what: Comment,
  within seconds: Double = 20,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () async -> Bool
) async {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while await !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record(what, sourceLocation: sourceLocation)
      return
    }
    try? await Task.sleep(for: .milliseconds(5))
  }
}

/// The whole text of a file; empty where there is none.
func text(of file: String) -> String {
  String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
}

/// Adds to a file as another program would.
func append(_ text: String, to file: String) throws {
  let handle = try #require(FileHandle(forWritingAtPath: file))
  try handle.seekToEnd()
  try handle.write(contentsOf: Data(text.utf8))
  try handle.close()
}

/// Cuts a file, or makes it longer with zeros.
func resize(_ file: String, to length: Int) throws {
  let handle = try #require(FileHandle(forWritingAtPath: file))
  try handle.truncate(atOffset: UInt64(length))
  try handle.close()
}

/// What a batch that went through gave to be kept.
func checkpoint(of result: BatchResult) throws -> [UInt8] {
  let bytes: [UInt8]? = if case .delivered(let checkpoint) = result { checkpoint } else { nil }
  return try #require(bytes, "\(result)")
}
