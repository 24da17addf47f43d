import LinqEvents

/// One conversation in the three shapes of Linq's events: somebody writes, we answer, somebody reacts.
enum ConversationFixture {
  /// An event's `data` in each shape.
  struct Moment: Sendable {
    let name: String
    let type: (v2: String, v3: String)
    let v2: String
    let v3Of2025: String
    let v3Of2026: String

    /// The whole event in one shape.
    func event(_ version: SampleEvent.Version) -> [UInt8] {
      let head =
        switch version {
        case .v2: #"{"api_version":"v2","event_type":"\#(type.v2)","data":\#(v2)"#
        case .v3Of2025, .v3Of2026:
          #"{"api_version":"v3","webhook_version":"\#(version.rawValue)","event_type":"\#(type.v3)","data":"#
            + (version == .v3Of2025 ? v3Of2025 : v3Of2026)
        }
      return Array((head + #","event_id":"e-1","created_at":"2026-02-05T12:31:13.736444093-07:00"}"#).utf8)
    }
  }

  private static let handlesV2 = #"""
    [{"identifier":"+12025550147","display_name":"Ann","is_me":false},
     {"identifier":"+12025550100","display_name":"Us","is_me":true}]
    """#
  private static let ann = #"{"id":"h1","handle":"+12025550147","service":"iMessage","is_me":false}"#
  private static let us = #"{"id":"h2","handle":"+12025550100","service":"iMessage","is_me":true}"#
  private static let chat = #"{"id":"c-1","is_group":false,"owner_handle":\#(us)}"#
  private static let photo =
    #""id":"a-1","url":"https://cdn.example/a","filename":"ä.jpg","mime_type":"image/jpeg""#
  private static let partsOfV3 =
    #"[{"type":"text","value":"Hello"},{"type":"media",\#(photo),"size_bytes":1024}]"#

  static let received = Moment(
    name: "received",
    type: ("message.received", "message.received"),
    v2: #"""
      {"id":"m-1","chat_id":"c-1","text":"Hello","sent_at":"2026-02-05 12:31:12 -0700","from_phone":"+12025550147",
       "service":"iMessage","chat_handles":\#(handlesV2),"attachments":[{\#(photo),"file_size":1024}]}
      """#,
    v3Of2025: #"""
      {"chat_id":"c-1","is_group":false,"is_from_me":false,"from":"+12025550147","from_handle":\#(ann),
       "recipient_handle":\#(us),"recipient_phone":null,"service":"iMessage","received_at":"2026-02-05T19:31:13Z",
       "message":{"id":"m-1","parts":\#(partsOfV3),"sent_at":"2026-02-05T19:31:12Z","reply_to":null}}
      """#,
    v3Of2026: #"""
      {"id":"m-1","direction":"inbound","chat":\#(chat),"sender_handle":\#(ann),"service":"iMessage",
       "parts":\#(partsOfV3),"sent_at":"2026-02-05T19:31:12.000000000Z"}
      """#
  )

  static let sent = Moment(
    name: "sent",
    type: ("message.sent", "message.sent"),
    v2: #"""
      {"id":"m-2","chat_id":"c-1","text":"Yes","sent_at":"2026-02-05 12:31:12 -0700","from_phone":"+12025550100",
       "service":"iMessage","chat_handles":\#(handlesV2),"attachments":[]}
      """#,
    v3Of2025: #"""
      {"chat_id":"c-1","is_group":false,"is_from_me":true,"from":"+12025550100","from_handle":\#(us),
       "recipient_handle":null,"recipient_phone":null,"service":"iMessage",
       "message":{"id":"m-2","parts":[{"type":"text","value":"Yes"}],"sent_at":"2026-02-05T19:31:12Z"}}
      """#,
    v3Of2026: #"""
      {"id":"m-2","direction":"outbound","chat":\#(chat),"sender_handle":\#(us),"service":"iMessage",
       "parts":[{"type":"text","value":"Yes"}],"sent_at":"2026-02-05T20:31:12+01:00"}
      """#
  )

  private static let reactionOfV3 = #"""
    {"chat_id":"c-1","message_id":"m-2","part_index":0,"reaction_type":"love","custom_emoji":null,
     "is_from_me":false,"from":"+12025550147","from_handle":\#(ann),"service":"iMessage"}
    """#

  static let reaction = Moment(
    name: "reaction",
    type: ("reaction.received", "reaction.added"),
    v2: #"""
      {"id":"r-1","chat_message_id":"m-2","chat_id":"c-1","reaction":"love","is_from_me":false,
       "chat_handle":{"id":"h1","identifier":"+12025550147"},"chat_handles":\#(handlesV2),
       "associated_message":{"id":"m-2","text":"Yes"}}
      """#,
    v3Of2025: reactionOfV3,
    v3Of2026: reactionOfV3
  )
}
