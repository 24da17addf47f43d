import LinqEvents
import LinqhookInbox

// What events say, for people: the message view of one event, and its beginning in lists.

extension ControlService {
  /// Each preview reads a payload, so a list with previews is shorter than one without.
  static let maxPreviews = 1000
  private static let maxPreviewCharacters = 140

  /// One event; with `message=1` its message view, too.
  func showEvent(_ reference: ControlRoute.EventReference, _ query: String?) async throws -> JSONValue {
    let withMessage = try ControlParameters(query, known: ["message"]).flag("message")
    let found = try await event(reference)
    guard withMessage, case .object(let members) = found.json else { return found.json }
    let message = MessageView(event: found.event.payloadJSON).json
    return .object(members + [JSONValue.Member("message", message)])
  }

  /// The events as a list shows them, each with what its message says in short.
  func previewed(_ events: [ListedEvent]) async throws -> [JSONValue] {
    var listed: [JSONValue] = []
    for item in events {
      guard case .object(let members) = item.json else { continue }
      // One by one: no two payloads are in memory at once. Retention may have been faster.
      guard let event = try await inbox.event(sequence: item.event.sequence) else { continue }
      let preview = Self.preview(of: MessageView(event: event.payloadJSON))
      listed.append(.object(members + [JSONValue.Member("preview", preview)]))
    }
    return listed
  }

  private static func preview(of view: MessageView) -> JSONValue {
    JSONValue(presentMembers: [
      "from": view.from.map { JSONValue($0) },
      "line": view.line.map { JSONValue($0) },
      "service": view.service.map { JSONValue($0) },
      "is_own": view.isOwn.map { JSONValue.scalar(.bool($0)) },
      "is_group": view.isGroup.map { JSONValue.scalar(.bool($0)) },
      "text": view.text.map { JSONValue(String($0.prefix(maxPreviewCharacters))) },
    ])
  }
}
