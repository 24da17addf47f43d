/// Where in an event the values stand that routing reads, as a small tree: a place and, by name, the places
/// below it. Everything that is not in the tree passes unread.
enum EnvelopePlace: Int, CaseIterable {
  case root
  case apiVersion, webhookVersion, eventID, eventType, createdAt, traceID, partnerID
  case data
  case dataID, dataChatID, dataDirection, dataFrom, dataFromPhone
  case dataChat, dataChatNestedID
  case dataChatHandle, dataChatHandleIdentifier
  case dataSenderHandle, dataSenderHandleText
  case dataFromHandle, dataFromHandleText

  /// How deep the containers of these values are nested.
  static let depthMax = 3

  /// The field that may stand only once, when this is one.
  var topField: EnvelopeField? {
    switch self {
    case .apiVersion: .apiVersion
    case .webhookVersion: .webhookVersion
    case .eventID: .eventID
    case .eventType: .eventType
    case .createdAt: .createdAt
    case .traceID: .traceID
    case .partnerID: .partnerID
    case .data: .data
    default: nil
    }
  }

  /// The place of the member that a name opens inside this one.
  func child(named token: JSONToken, in bytes: Span<UInt8>) -> EnvelopePlace? {
    let children = Self.children[rawValue]
    guard !children.isEmpty else { return nil }
    guard let name = ShortName(token, in: bytes) else { return nil }
    for child in children where child.name == name { return child.place }
    return nil
  }

  private static let children: [[(name: ShortName, place: EnvelopePlace)]] = allCases.map { place in
    switch place {
    case .root:
      [
        (ShortName("event_type"), .eventType), (ShortName("event_id"), .eventID),
        (ShortName("data"), .data), (ShortName("api_version"), .apiVersion),
        (ShortName("created_at"), .createdAt), (ShortName("webhook_version"), .webhookVersion),
        (ShortName("trace_id"), .traceID), (ShortName("partner_id"), .partnerID),
      ]
    case .data:
      [
        (ShortName("id"), .dataID), (ShortName("chat_id"), .dataChatID),
        (ShortName("chat"), .dataChat), (ShortName("direction"), .dataDirection),
        (ShortName("from"), .dataFrom), (ShortName("from_phone"), .dataFromPhone),
        (ShortName("chat_handle"), .dataChatHandle), (ShortName("sender_handle"), .dataSenderHandle),
        (ShortName("from_handle"), .dataFromHandle),
      ]
    case .dataChat: [(ShortName("id"), .dataChatNestedID)]
    case .dataChatHandle: [(ShortName("identifier"), .dataChatHandleIdentifier)]
    case .dataSenderHandle: [(ShortName("handle"), .dataSenderHandleText)]
    case .dataFromHandle: [(ShortName("handle"), .dataFromHandleText)]
    default: []
    }
  }
}

/// A name of at most 15 bytes packed into an integer with its length, so that comparing two names is one
/// comparison and makes no string.
struct ShortName: Equatable {
  private let packed: UInt128

  /// For the names in this file, all of which fit.
  init(_ name: String) {
    self.init(packed: name.utf8.reduce(UInt128(name.utf8.count)) { $0 << 8 | UInt128($1) })
  }

  /// Nil when the name is too long to be one of ours.
  init?(_ token: JSONToken, in bytes: Span<UInt8>) {
    guard !token.hasEscapes else {
      let name = token.text(in: bytes)
      guard name.utf8.count <= 15 else { return nil }
      self.init(name)
      return
    }
    let range = token.contentRange
    guard range.count <= 15 else { return nil }
    var packed = UInt128(range.count)
    for index in range { packed = packed << 8 | UInt128(bytes[index]) }
    self.init(packed: packed)
  }

  private init(packed: UInt128) { self.packed = packed }
}
