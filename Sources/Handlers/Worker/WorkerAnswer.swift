internal import LinqEvents
internal import LinqhookDelivery
internal import LinqhookInbox
internal import ShownText

/// The lines that go between us and a worker.
enum WorkerLine {
  /// `{"id":"…","attempt":1,"event":{…}}` and a line feed, with `"message":{…}` at the end where it is asked for.
  static func append(_ attempt: DeliveryAttempt, id: String, withMessage: Bool, to buffer: inout [UInt8]) {
    buffer.append(contentsOf: #"{"id":"#.utf8)
    JSONText.append(id, to: &buffer)
    buffer.append(contentsOf: #","attempt":\#(attempt.attempt),"event":"#.utf8)
    buffer.append(contentsOf: attempt.event.line)
    if withMessage {
      buffer.append(contentsOf: #","message":"#.utf8)
      buffer.append(contentsOf: attempt.event.message.json.compactBytes)
    }
    buffer.append(contentsOf: "}\n".utf8)
  }
}

/// What a worker says of an event: `{"id":"…","result":"ok"}`, `"retry"` or `"dead"`, and perhaps an `"error"`.
struct WorkerAnswer: Equatable {
  private static let idPath = try? JSONPath("id")
  private static let resultPath = try? JSONPath("result")
  private static let errorPath = try? JSONPath("error")
  private static let maxErrorCharacters = 4_000

  var id: String
  var result: DeliveryResult

  /// Nil where the line is no answer.
  init?(_ line: [UInt8]) {
    let bytes = line.span
    guard let id = Self.idPath?.value(in: bytes), let verdict = Self.resultPath?.value(in: bytes) else {
      return nil
    }
    let error = Self.errorPath?.value(in: bytes)?.text ?? ""
    let words = Shown.words(error.prefix(Self.maxErrorCharacters))
    let reason = words.isEmpty ? "The worker gave no reason." : words
    switch verdict.text {
    case "ok": result = .delivered
    case "retry": result = .retry(reason: reason)
    case "dead": result = .dead(reason: reason)
    default: return nil
    }
    self.id = id.text
  }
}
