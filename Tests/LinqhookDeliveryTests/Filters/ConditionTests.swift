import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import Testing

@Suite struct ConditionTests {
  private static let received = #"""
    {"event_id":"e","event_type":"message.received","created_at":"2026-02-05T19:31:13Z","api_version":"v3",
     "webhook_version":"2026-02-03","data":{"id":"m","service":"iMessage","direction":"inbound",
     "parts":[{"type":"text","value":"Please HELP"},{"type":"media","id":"a"}],"effect":null,"none":[],
     "chat":{"id":"c","is_group":false,"owner_handle":{"handle":"+12025550100"}},"digits":"01234","number":1.10,
     "sender_handle":{"handle":"+12025550147"}}}
    """#

  /// Each condition with whether it is true of the event above.
  @Test(
    arguments: [
      ("data.service", .isOneOf(["iMessage"]), true), ("data.service", .isOneOf(["imessage"]), false),
      ("data.service", .isOneOf(["SMS", "iMessage"]), true),
      ("data.service", .isOneOf(["SMS", "RCS"]), false),
      ("data.digits", .isOneOf(["01234"]), true), ("data.digits", .isOneOf(["1234"]), false),
      ("data.number", .isOneOf(["1.10"]), true), ("data.number", .isOneOf(["1.1"]), false),
      ("data.chat.is_group", .isOneOf(["false"]), true), ("data.effect", .isOneOf(["null"]), true),
      ("data.parts", .isOneOf(["[]"]), false), ("data.nothing", .isOneOf([""]), false),
      ("data.service", .isNoneOf(["SMS"]), true), ("data.service", .isNoneOf(["SMS", "iMessage"]), false),
      ("data.nothing", .isNoneOf(["SMS"]), true), ("data.effect", .isNoneOf(["SMS"]), true),
      ("data.parts.0.value", .isLike([TextGlob("*help*")]), true),
      ("data.parts.0.value", .isLike([TextGlob("hi*"), TextGlob("*p")]), true),
      ("data.parts.1.value", .isLike([TextGlob("*")]), false),
      ("data.effect", .isLike([TextGlob("*")]), false),
      ("data.parts", .isLike([TextGlob("*")]), false), ("data.number", .isLike([TextGlob("1.?0")]), true),
      ("data.effect", .exists(true), false), ("data.effect", .exists(false), true),
      ("data.nothing", .exists(false), true), ("data.nothing.more", .exists(true), false),
      ("data.parts", .exists(true), true), ("data.none", .exists(true), true),
      ("data.parts.1", .exists(true), true),
      ("data.parts.2", .exists(false), true), ("data", .exists(true), true),
      ("event_id", .exists(true), true),
      ("message.from", .isOneOf(["+12025550147", "+12025550148"]), true),
      ("message.from", .isNoneOf(["+12025550147"]), false),
      ("message.line", .isNoneOf(["+12025550147"]), true),
      ("message.text", .isLike([TextGlob("*help*")]), true),
      ("message.text", .isLike([TextGlob("help")]), false),
      ("message.reply_to", .exists(false), true), ("message.reply_to", .exists(true), false),
      ("message.reply_to.message_id", .exists(false), true), ("message.parts", .exists(true), true),
      ("message.parts.1.type", .isOneOf(["media"]), true), ("message.parts.1.url", .exists(true), false),
      ("message.is_own", .isOneOf(["false"]), true), ("message.is_opted_out", .exists(false), true),
      ("message.reaction.kind", .isNoneOf(["love"]), true),
      ("message.sent_at", .isLike([TextGlob("*")]), false),
      ("message", .exists(true), false),
    ] as [(String, EventFilter.Condition.Test, Bool)]
  )
  func condition(path: String, test: EventFilter.Condition.Test, holds: Bool) throws {
    let filter = EventFilter(conditions: [.init(path: try JSONPath(path), test: test)])
    #expect(filter.wants(try Self.event(Self.received)) == holds)
  }

  @Test(arguments: SampleEvent.Version.allCases)
  func messageIsFilteredAlikeInEveryShape(version: SampleEvent.Version) throws {
    let sample = try #require(
      SampleEvent.make(type: "message.received", version: version, eventID: "e", createdAtMilliseconds: 0)
    )
    let view = MessageView(event: sample)
    let filter = EventFilter(conditions: [
      .init(path: try JSONPath("message.from"), test: .isOneOf([try #require(view.from)])),
      .init(path: try JSONPath("message.is_own"), test: .isNoneOf(["true"])),
      .init(path: try JSONPath("message.reaction"), test: .exists(false)),
      .init(path: try JSONPath("message.version"), test: .isOneOf([version.rawValue])),
    ])
    #expect(filter.wants(try Self.event(String(decoding: sample.compactBytes, as: UTF8.self))))
  }

  @Test func aMessageOfItsOwnInTheEventIsReachedOnlyByItsWholePath() throws {
    let event = try Self.event(
      #"{"event_type":"x","message":{"from":"theirs"},"data":{"message":{"from":"a"}}}"#
    )
    func wants(_ path: String, _ text: String) throws -> Bool {
      EventFilter(conditions: [.init(path: try JSONPath(path), test: .isOneOf([text]))]).wants(event)
    }
    #expect(try !wants("message.from", "theirs"))
    #expect(try wants("data.message.from", "a"))
  }

  @Test func everyConditionMustHold() throws {
    let event = try Self.event(Self.received)
    let good = EventFilter.Condition(path: try JSONPath("data.service"), test: .isOneOf(["iMessage"]))
    let bad = EventFilter.Condition(path: try JSONPath("data.service"), test: .isLike([TextGlob("s*")]))
    #expect(EventFilter(conditions: [good, good]).wants(event))
    #expect(
      !EventFilter(conditions: [good, bad]).wants(event)
        && !EventFilter(conditions: [bad, good]).wants(event)
    )
  }

  private static func event(_ json: String) throws -> StoredEvent {
    let payload = Array(json.utf8)
    return StoredEvent(
      sequence: 1,
      eventID: "e",
      envelope: try EventEnvelope.read(payload),
      source: nil,
      receivedAtMilliseconds: 0,
      payload: payload
    )
  }
}
