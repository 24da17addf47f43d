import LinqAPI
import LinqEvents
import LinqhookDelivery

/// Reads what a program wants done. It is strict: a slip of a program must be seen, and half of an answer is none.
struct ActionReader {
  /// The API that carries the actions out.
  let version: APIVersion
  /// Whether the event is about a message, which a quote or a reaction needs.
  let hasMessage: Bool

  /// The actions of an answer; none for a `result`.
  func actions(in answer: ProgramAnswer) throws(ActionProblem) -> [Action] {
    switch answer {
    case .result: return []
    case .text(let bytes): return try text(bytes)
    case .lines(let bytes): return try lines(bytes)
    case .list(let bytes): return try list(bytes)
    }
  }

  /// The whole output as one message; the newline at its end, which most programs write, is not part of it.
  private func text(_ bytes: [UInt8]) throws(ActionProblem) -> [Action] {
    try checkSize(bytes)
    guard var text = String(validating: bytes, as: UTF8.self) else {
      throw ActionProblem(
        "What the program printed is not UTF-8, so it cannot be sent as text. Have it print UTF-8."
      )
    }
    if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
    guard text.contains(where: { !$0.isWhitespace }) else { return [] }
    do throws(EntryFault) { try checkText(text) } catch {
      throw ActionProblem("What the program printed cannot be sent: \(error.sentence). Nothing was sent.")
    }
    return [.reply(text)]
  }

  /// One JSON object a line. Empty lines are passed over.
  private func lines(_ bytes: [UInt8]) throws(ActionProblem) -> [Action] {
    try checkSize(bytes)
    var actions: [Action] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    {
      guard line.contains(where: { !JSONBlank.contains($0) }) else { continue }
      let place = "Line \(index + 1) of the program's output"
      guard let json = try? JSONValue(parsing: Array(line).span) else {
        throw .entry(place, "it is not JSON. Print one JSON object a line, and notes on standard error")
      }
      try append(json, at: place, to: &actions)
    }
    return actions
  }

  /// The elements of a JSON array.
  private func list(_ bytes: [UInt8]) throws(ActionProblem) -> [Action] {
    try checkSize(bytes)
    guard let elements = (try? JSONValue(parsing: bytes.span))?.elements else {
      throw ActionProblem("The answer's \"actions\" are no JSON array, so nothing was sent.")
    }
    return try actions(in: elements)
  }

  /// The actions of a list that was read before.
  func actions(in elements: [JSONValue]) throws(ActionProblem) -> [Action] {
    var actions: [Action] = []
    for (index, json) in elements.enumerated() {
      try append(json, at: "Action \(index + 1) of the answer", to: &actions)
    }
    return actions
  }

  private func checkSize(_ bytes: [UInt8]) throws(ActionProblem) {
    guard bytes.count <= ActionLimits.maxOutputBytes else {
      throw ActionProblem(
        "The program wrote more than \(ActionLimits.maxOutputBytes / 1024) KiB, which is more than an answer may have. Nothing was sent."
      )
    }
  }

  private func append(_ json: JSONValue, at place: String, to actions: inout [Action]) throws(ActionProblem) {
    guard actions.count < ActionLimits.maxActions else {
      throw ActionProblem(
        "The program asks for more than \(ActionLimits.maxActions) actions for one event. Nothing was sent."
      )
    }
    do throws(EntryFault) { actions.append(try action(json)) } catch { throw .entry(place, error.sentence) }
  }
}

private enum JSONBlank {
  static func contains(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}
