import LinqEvents

/// The checked message of a V3 send. Files and other messages that it names are looked up later.
struct V3MessageInput {
  enum Part {
    case text(String, decorations: JSONValue)
    case link(String)
    case linkedMedia(url: String)
    case storedMedia(id: String)
    /// A card of an app, passed on as it came.
    case card(JSONValue)

    /// Whether it may have no other part beside it.
    var standsAlone: Bool {
      switch self {
      case .link, .card: true
      case .text, .linkedMedia, .storedMedia: false
      }
    }

    var isText: Bool { if case .text = self { true } else { false } }
    var isLinkedMedia: Bool { if case .linkedMedia = self { true } else { false } }
  }

  let parts: [Part]
  let replyTo: ReplyRecord?
  let effect: JSONValue
  let preferredService: String?
  let idempotencyKey: String?
  let overridesOptOut: Bool

  /// - Parameter headerKey: the `Idempotency-Key` of the request; the key in the body wins.
  init(_ fields: V3Fields, headerKey: String? = nil) throws(V3Rejection) {
    guard let json = fields.json["message"] else { throw .missing("message") }
    guard case .object = json else { throw .badContent("message must be an object.") }
    let message = V3Fields(json)
    overridesOptOut = try fields.flag("override_optout") ?? false
    guard let list = json["parts"] else {
      throw json["experience"] == nil
        ? .missing("message.parts") : .badContent("The sandbox knows no experiences; send parts.")
    }
    parts = try Self.parts(list)
    effect = json["effect"] ?? .null
    replyTo = try Self.replyTo(json["reply_to"])
    preferredService = try message.optionalText("preferred_service")
    if let preferredService, !["iMessage", "SMS", "RCS"].contains(preferredService) {
      throw .badValue("message.preferred_service must be iMessage, SMS or RCS.")
    }
    idempotencyKey = try message.optionalText("idempotency_key") ?? headerKey
    if let idempotencyKey, !(1...255).contains(idempotencyKey.utf8.count) {
      throw .badValue("message.idempotency_key must have 1 to 255 characters.")
    }
  }

  /// Whether a new chat may begin with it: without a link, a reply or an effect.
  var canOpenChat: Bool {
    replyTo == nil && effect == .null
      && parts.allSatisfy { part in
        switch part {
        case .link: false
        case .text(let text, _): !["http://", "https://", "www."].contains { text.lowercased().contains($0) }
        case .linkedMedia, .storedMedia, .card: true
        }
      }
  }

  private static func parts(_ value: JSONValue) throws(V3Rejection) -> [Part] {
    guard let list = value.asList, (1...100).contains(list.count) else {
      throw .badContent("message.parts must be a list of 1 to 100 parts.")
    }
    var parts: [Part] = []
    for element in list {
      let part = try part(element)
      if part.isText, parts.last?.isText == true {
        throw .badContent("Two text parts must not be side by side.")
      }
      parts.append(part)
    }
    guard parts.count == 1 || !parts.contains(where: \.standsAlone) else {
      throw .badContent("A link or a card must be the only part.")
    }
    guard parts.count(where: \.isLinkedMedia) <= 40 else {
      throw .badContent("A message has at most 40 media parts with a url.")
    }
    return parts
  }

  private static func part(_ json: JSONValue) throws(V3Rejection) -> Part {
    let fields = V3Fields(json)
    switch try fields.text("type") {
    case "text":
      let text = try fields.text("value")
      guard (1...10_000).contains(text.count) else {
        throw .badContent("A text part has 1 to 10000 characters.")
      }
      return .text(text, decorations: json["text_decorations"] ?? .null)
    case "link":
      let url = try fields.text("value")
      guard url.count <= 2_048, WebhookURL.isAbsolute(url) else {
        throw .badContent("A link part has a URL of at most 2048 characters.")
      }
      return .link(url)
    case "media": return try media(fields)
    case "imessage_app":
      guard json["app"] != nil, json["layout"] != nil else {
        throw V3Rejection(400, 1008, "An imessage_app part has app and layout.")
      }
      return .card(JSONValue.object([.init("url", "")]).merging(json))
    case "app_clip":
      _ = try fields.text("value")
      return .card(json)
    case let type: throw .badContent("There is no part of the type \(type.debugDescription).")
    }
  }

  private static func media(_ fields: V3Fields) throws(V3Rejection) -> Part {
    switch (try fields.optionalText("url"), try fields.optionalText("attachment_id")) {
    case (let url?, nil):
      guard WebhookURL.isAbsolute(url), url.lowercased().hasPrefix("https://") else {
        throw .badValue("The url of a media part must begin with https://.")
      }
      return .linkedMedia(url: url)
    case (nil, let id?): return .storedMedia(id: id)
    default: throw .badContent("A media part has either a url or an attachment_id.")
    }
  }

  private static func replyTo(_ value: JSONValue?) throws(V3Rejection) -> ReplyRecord? {
    guard let value else { return nil }
    let fields = V3Fields(value)
    guard let id = Identifier.number(ofUUID: try fields.text("message_id")) else { throw .noMessage }
    return ReplyRecord(messageID: id, partIndex: try fields.count("part_index"))
  }
}
