public import LinqEvents
internal import LinqhookInbox

extension EventFilter {
  /// One condition of the configuration's `where`: a place, and what must be true of the value there.
  ///
  /// A path that begins with `message` and goes on leads into the message view of the event, every other one into the
  /// event's own JSON, where it is found without building a tree.
  public struct Condition: Sendable, Equatable {
    /// What must be true. Values are compared as text: a string's text, a number as spelt, `true`, `false` or `null`.
    public enum Test: Sendable, Equatable {
      /// It is one of these.
      case isOneOf(Set<String>)
      /// It is none of these. Holds where there is no value, too.
      case isNoneOf(Set<String>)
      /// It fits one of these. Nothing fits `null`.
      case isLike([TextGlob])
      /// There is one, or there is none; `null` counts as none.
      case exists(Bool)
    }

    /// Where the value stands.
    public let path: JSONPath
    /// What must be true of it.
    public let test: Test

    /// The condition of the given parts.
    public init(path: JSONPath, test: Test) {
      self.path = path
      self.test = test
    }

    /// Whether it is true of this event.
    func holds(for event: StoredEvent) -> Bool {
      test.holds(for: isOfMessage ? findInMessage(event) : findInPayload(event))
    }

    private var isOfMessage: Bool { path.segments.count > 1 && path.segments[0] == "message" }

    private func findInMessage(_ event: StoredEvent) -> JSONPath.Finding? {
      event.message.value(at: path.segments.dropFirst()).map(JSONPath.Finding.init)
    }

    private func findInPayload(_ event: StoredEvent) -> JSONPath.Finding? {
      let payload = event.payload
      return path.find(in: payload.span)
    }
  }
}

extension EventFilter.Condition.Test {
  fileprivate func holds(for finding: JSONPath.Finding?) -> Bool {
    switch self {
    case .isOneOf(let texts): finding?.text.map(texts.contains) ?? false
    case .isNoneOf(let texts): finding?.text.map { !texts.contains($0) } ?? true
    case .isLike(let globs):
      if let text = finding?.text, finding?.isNull == false {
        globs.contains { $0.matches(text) }
      } else {
        false
      }
    case .exists(let isWanted): (finding.map { !$0.isNull } ?? false) == isWanted
    }
  }
}

extension JSONPath.Finding {
  /// Nil for an object or array.
  fileprivate var text: String? {
    guard case .scalar(let scalar) = self else { return nil }
    return scalar.text
  }

  fileprivate var isNull: Bool { self == .scalar(.null) }
}
