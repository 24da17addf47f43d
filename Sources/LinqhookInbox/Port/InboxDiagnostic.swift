/// Something that the operator should know and that no caller is told as an answer.
public struct InboxDiagnostic: Sendable, Equatable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: Sendable, Equatable {
    /// Good to know: something works again.
    case notice
    /// Something is worse than asked for.
    case warning
    /// A promise is broken, or would be if it went on.
    case alarm
  }

  /// What happened.
  public enum Kind: Sendable, Equatable {
    /// The file system under the inbox forgets on power loss or does not lock reliably.
    case unsafeFileSystem
    /// Other users of the machine may enter the inbox's folder.
    case openFolder
    /// Events that were acknowledged are not in the store any more.
    case acknowledgedEventsLost
    /// Ids were forgotten because there are too many, while Linq may still send them again.
    case dedupWindowTooSmall
    /// Ids of requests that could be played again fill the index, so that new events are refused for now.
    case idsFull
    /// The files could not be trusted as they were, so that every page was looked at.
    case pagesChecked
    /// The file system has no room.
    case diskFull
    /// The store failed; nothing is accepted until it was opened again and verified.
    case storeFailed
    /// The store takes events again.
    case recovered
  }

  /// What happened.
  public let kind: Kind
  /// How bad it is.
  public let severity: Severity
  /// A whole sentence: what is wrong and what to do.
  public let description: String

  /// A diagnostic of the given parts.
  public init(_ kind: Kind, _ severity: Severity, _ description: String) {
    self.kind = kind
    self.severity = severity
    self.description = description
  }
}
