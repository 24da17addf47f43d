import LinqAPI
import LinqEvents

// One action: an object with exactly one of `reply`, `react` and `read`.
extension ActionReader {
  func action(_ json: JSONValue) throws(EntryFault) -> Action {
    guard case .object(let members) = json else { throw EntryFault("it is no JSON object") }
    guard members.count == 1, let member = members.first else {
      throw EntryFault("an action has exactly one of \"reply\", \"react\" and \"read\"")
    }
    switch member.name {
    case "reply": return try reply(member.value)
    case "react": return try reaction(member.value)
    case "read":
      guard member.value == true else { throw EntryFault("\"read\" must be true") }
      return .read
    default: throw EntryFault("it has none of \"reply\", \"react\" and \"read\"")
    }
  }

  private func reply(_ json: JSONValue) throws(EntryFault) -> Action {
    if let text = json.string {
      guard text.contains(where: { !$0.isWhitespace }) else {
        throw EntryFault("the text of \"reply\" is empty")
      }
      try checkText(text)
      return .reply(text)
    }
    guard case .object(let members) = json else { throw EntryFault("\"reply\" must be a text or an object") }
    guard Set(members.map(\.name)).count == members.count,
      members.allSatisfy({ ["text", "to", "attach"].contains($0.name) })
    else {
      throw EntryFault("\"reply\" may have \"text\", \"to\" and \"attach\", each once, and nothing else")
    }
    let text = try self.text(json[member: "text"])
    let quotes = try self.quotes(json[member: "to"])
    let attachments = try self.attachments(json[member: "attach"])
    guard text.contains(where: { !$0.isWhitespace }) || !attachments.isEmpty else {
      throw EntryFault("\"reply\" has neither a text nor anything attached")
    }
    return .reply(text: text, quotes: quotes, attachments: attachments)
  }

  private func text(_ json: JSONValue?) throws(EntryFault) -> String {
    guard let json, json != .null else { return "" }
    guard let text = json.string else { throw EntryFault("the \"text\" of \"reply\" must be a text") }
    try checkText(text)
    return text
  }

  private func quotes(_ json: JSONValue?) throws(EntryFault) -> Bool {
    guard let json, json != .null else { return false }
    guard json == "message" else { throw EntryFault("the \"to\" of \"reply\" can only be \"message\"") }
    guard version == .v3 else { throw EntryFault("Partner API V2 cannot quote a message; leave \"to\" out") }
    guard hasMessage else { throw EntryFault("the event is about no message that could be quoted") }
    return true
  }

  private func attachments(_ json: JSONValue?) throws(EntryFault) -> [String] {
    guard let json, json != .null else { return [] }
    let texts = json.elements?.compactMap(\.string)
    guard let texts, texts.count == json.elements?.count else {
      throw EntryFault("\"attach\" must be a list of paths and URLs, each a text")
    }
    guard texts.count <= ActionLimits.maxAttachments else {
      throw EntryFault("a message has at most \(ActionLimits.maxAttachments) attachments")
    }
    let isUsable = texts.allSatisfy { text in
      (text.hasPrefix("/") || text.lowercased().hasPrefix("https://"))
        && text.utf8.count <= ActionLimits.maxAttachmentBytes
        && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
    guard isUsable else { throw EntryFault("what is attached must be an absolute path or an https URL") }
    return texts
  }

  private func reaction(_ json: JSONValue) throws(EntryFault) -> Action {
    guard let reaction = json.string.flatMap(ReactionType.init) else {
      let words = ReactionType.Tapback.allCases.map(\.rawValue).joined(separator: ", ")
      throw EntryFault("\"react\" must be one of \(words), or one emoji")
    }
    if case .emoji = reaction, version == .v2 {
      throw EntryFault("Partner API V2 has no reactions with an emoji; use love, like or the other words")
    }
    guard hasMessage else { throw EntryFault("the event is about no message that could be reacted to") }
    return .react(reaction)
  }

  func checkText(_ text: String) throws(EntryFault) {
    guard text.unicodeScalars.count <= ActionLimits.maxTextLength else {
      throw EntryFault("a text may have at most \(ActionLimits.maxTextLength) characters")
    }
    guard !text.unicodeScalars.contains("\0") else { throw EntryFault("a text may not have a NUL character") }
  }
}
