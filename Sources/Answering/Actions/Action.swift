public import LinqAPI

/// Something that a program or a responder wants done at Linq in answer to an event.
public enum Action: Sendable, Equatable {
  /// A message into the event's chat.
  ///
  /// - Parameters:
  ///   - text: may be empty where something is attached.
  ///   - quotes: whether it quotes the message that the event is about; V3 only.
  ///   - attachments: absolute paths of files, and `https` URLs that Linq fetches.
  case reply(text: String, quotes: Bool = false, attachments: [String] = [])
  /// A reaction on the message that the event is about; an emoji in V3 only.
  case react(ReactionType)
  /// Marks the event's chat as read.
  case read

  /// A message of text alone.
  public static func reply(_ text: String) -> Action { .reply(text: text) }

  /// What it counts as in the metrics.
  public var kind: ActionKind {
    switch self {
    case .reply: .reply
    case .react: .react
    case .read: .read
    }
  }
}

/// The kinds of actions, as metrics name them.
public enum ActionKind: String, Sendable, Hashable, CaseIterable {
  /// A message.
  case reply
  /// A reaction.
  case react
  /// A chat marked as read.
  case read
  /// What a program asked for and what is no action.
  case invalid
}

/// How much a program may ask for at once. The limits of a message are Linq's own for V3; V2 names none.
public enum ActionLimits {
  /// Of a program's output, or of a worker's list.
  public static let maxOutputBytes = 262_144
  /// For one event.
  public static let maxActions = 32
  /// Of one text, in Unicode scalars.
  public static let maxTextLength = 10_000
  /// Of one message.
  public static let maxAttachments = 40
  /// Of a URL or a path.
  public static let maxAttachmentBytes = 2_048
}
