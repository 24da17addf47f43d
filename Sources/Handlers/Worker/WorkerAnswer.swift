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
      buffer.append(contentsOf: attempt.message.json.compactBytes)
    }
    buffer.append(contentsOf: "}\n".utf8)
  }
}

/// What a worker says of an event: `{"id":"…","result":"ok"}`, `"retry"` or `"dead"`, and perhaps an `"error"`. With `ok`
/// there may be `"actions":[…]`, what it wants sent.
struct WorkerAnswer: Equatable {
  private static let idPath = try? JSONPath("id")
  private static let resultPath = try? JSONPath("result")
  private static let errorPath = try? JSONPath("error")
  private static let actionsPath = try? JSONPath("actions")
  private static let maxErrorCharacters = 4_000

  var id: String
  var result: DeliveryResult
  /// What stands under `actions`, as JSON; nil where nothing does.
  var actions: [UInt8]?

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
    if result == .delivered { actions = Self.actions(line) }
  }

  /// A tree is only made where there may be something. A line that breaks off behind the name has actions that nobody can
  /// read, which is not the same as none.
  private static func actions(_ line: [UInt8]) -> [UInt8]? {
    guard actionsPath?.find(in: line.span) != nil else { return nil }
    guard let tree = try? JSONValue(parsing: line.span) else { return [] }
    return tree[member: "actions"].flatMap { $0 == .null ? nil : $0.compactBytes }
  }

  /// The answer in the form of the port.
  var answer: ProgramAnswer { actions.map { .list($0) } ?? .result(result) }
}
