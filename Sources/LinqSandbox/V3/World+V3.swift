import LinqEvents

/// One call of V3 and what came with it.
struct V3Call {
  let operation: V3Operation
  let query: String?
  let body: [UInt8]
  /// The header `Idempotency-Key`.
  let idempotencyKey: String?

  /// The body's members; a call without a body needs none.
  func fields() throws(V3Rejection) -> V3Fields { try V3Fields(body) }
}

extension World {
  /// Carries out one call of V3.
  mutating func perform(_ call: V3Call, at now: Timestamp) throws(V3Rejection) -> Reply {
    switch call.operation {
    case .listNumbers: return Reply(200, ["phone_numbers": .array(lines.map(\.v3JSON))])
    case .listEventTypes:
      return Reply(
        200,
        [
          "events": .array(EventTypes.v3.map { .text($0) }),
          "doc_url": "https://docs.linqapp.com/guides/webhooks/events",
        ]
      )
    case .checkCapability(let service): return try check(service, try call.fields())
    case .createChat, .sendToChat, .send: return try performSend(call, at: now)
    case .listChats, .showChat, .updateChat, .startTyping, .stopTyping, .markRead:
      return try performOnChat(call, at: now)
    case .listMessages, .showMessage, .editMessage, .deleteMessage, .react, .showThread:
      return try performOnMessage(call, at: now)
    case .requestUpload: return try requestUpload(try call.fields(), at: now)
    case .showAttachment(let id):
      guard let file = attachments[id] else { throw .noAttachment }
      return Reply(200, v3JSON(of: file, at: now))
    case .deleteAttachment(let id):
      guard attachments.removeValue(forKey: id) != nil else { throw .noAttachment }
      return Reply(204)
    case .listSubscriptions, .createSubscription, .showSubscription, .updateSubscription,
      .deleteSubscription:
      return try performOnSubscription(call, at: now)
    }
  }

  /// People are on iMessage and RCS by their numbers, and on iMessage by their e-mail addresses.
  private func check(_ service: V3Capability, _ fields: V3Fields) throws(V3Rejection) -> Reply {
    let address = try fields.text("address")
    guard V3Handle.isE164(address) || V3Handle.isEmail(address) else { throw .badNumber("address") }
    if fields.json["from"] != nil { _ = try fields.number("from") }
    let isAvailable = service == .iMessage || V3Handle.isE164(address)
    var members: [JSONValue.Member] = [
      .init("address", .text(address)), .init("available", .flag(isAvailable)),
    ]
    if isAvailable {
      members.append(.init("selected_service", service == .iMessage ? "iMessage" : "RCS"))
    } else {
      members += [.init("reason", "not_supported"), .init("selected_service", "iMessage")]
    }
    return Reply(200, .object(members))
  }

  func v3Chat(_ id: Int) throws(V3Rejection) -> ChatRecord {
    guard let chat = chats[id] else { throw .noChat }
    return chat
  }

  func v3Message(_ id: Int) throws(V3Rejection) -> MessageRecord {
    guard let message = messages[id] else { throw .noMessage }
    return message
  }
}

/// One page of a list that is named by the last id of the page before it.
struct V3Page<Item> {
  let items: [Item]
  let nextCursor: JSONValue

  init(
    _ all: [Item],
    _ query: QueryReading,
    defaultLimit: Int,
    id: (Item) -> Int
  ) throws(V3Rejection) {
    var limit = defaultLimit
    if let text = query["limit"] {
      guard let number = Int(text), (1...100).contains(number) else {
        throw .badValue("limit must be a whole number from 1 to 100.")
      }
      limit = number
    }
    var rest = all[...]
    if let cursor = query["cursor"], !cursor.isEmpty {
      guard let last = Identifier.number(ofUUID: cursor),
        let index = all.firstIndex(where: { id($0) == last })
      else { throw .badValue("There is no such cursor.") }
      rest = all[(index + 1)...]
    }
    items = Array(rest.prefix(limit))
    let last = rest.count > limit ? items.last : nil
    nextCursor = last.map { .text(Identifier.uuid(of: id($0))) } ?? .null
  }
}
