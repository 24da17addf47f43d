import LinqAPI
import LinqEvents

extension Action {
  /// The action as a program would write it: what is kept, and what a responder's actions become.
  var json: JSONValue {
    switch self {
    case .reply(let text, false, let attachments) where attachments.isEmpty: return ["reply": JSONValue(text)]
    case .reply(let text, let quotes, let attachments):
      var members = [JSONValue.Member("text", JSONValue(text))]
      if quotes { members.append(.init("to", "message")) }
      if !attachments.isEmpty { members.append(.init("attach", .array(attachments.map { JSONValue($0) }))) }
      return ["reply": .object(members)]
    case .react(let reaction): return ["react": JSONValue(reaction.text)]
    case .read: return ["read": true]
    }
  }
}

extension [Action] {
  /// The actions as a worker would answer them.
  var listBytes: [UInt8] { JSONValue.array(map(\.json)).compactBytes }
}
