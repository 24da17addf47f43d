/// Where in an event the values stand that routing reads, as a small tree: a place and, by name, the places
/// below it. Everything that is not in the tree passes unread.
enum EnvelopePlace: Int, CaseIterable {
  case root
  case apiVersion, webhookVersion, eventID, eventType, createdAt, traceID, partnerID
  case data
  case dataID, dataChatID, dataDirection, dataFrom, dataFromPhone, dataSharedBy
  case dataChat, dataChatNestedID
  case dataChatHandle, dataChatHandleIdentifier
  case dataSenderHandle, dataSenderHandleText
  case dataFromHandle, dataFromHandleText

  /// How deep the containers of these values are nested.
  static let maxDepth = 3

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
  func child(named token: JSONToken, in bytes: Span<UInt8>, among members: [Member]) -> EnvelopePlace? {
    guard let name = ShortName(token, in: bytes) else { return nil }
    for member in members where member.parent == self && member.name == name { return member.place }
    return nil
  }

  /// A member that the scan follows or keeps.
  struct Member {
    let parent: EnvelopePlace
    let name: ShortName
    let place: EnvelopePlace

    fileprivate init(_ parent: EnvelopePlace, _ name: String, _ place: EnvelopePlace) {
      self.parent = parent
      self.name = ShortName(name)
      self.place = place
    }
  }

  /// All of them in one array, which a scan takes hold of once.
  static let members = [
    Member(.root, "event_type", .eventType), Member(.root, "event_id", .eventID),
    Member(.root, "data", .data),
    Member(.root, "api_version", .apiVersion), Member(.root, "created_at", .createdAt),
    Member(.root, "webhook_version", .webhookVersion), Member(.root, "trace_id", .traceID),
    Member(.root, "partner_id", .partnerID),
    Member(.data, "id", .dataID), Member(.data, "chat_id", .dataChatID), Member(.data, "chat", .dataChat),
    Member(.data, "direction", .dataDirection), Member(.data, "from", .dataFrom),
    Member(.data, "from_phone", .dataFromPhone), Member(.data, "shared_by", .dataSharedBy),
    Member(.data, "chat_handle", .dataChatHandle),
    Member(.data, "sender_handle", .dataSenderHandle), Member(.data, "from_handle", .dataFromHandle),
    Member(.dataChat, "id", .dataChatNestedID),
    Member(.dataChatHandle, "identifier", .dataChatHandleIdentifier),
    Member(.dataSenderHandle, "handle", .dataSenderHandleText),
    Member(.dataFromHandle, "handle", .dataFromHandleText),
  ]
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
