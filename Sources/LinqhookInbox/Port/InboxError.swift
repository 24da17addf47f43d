/// Something that the inbox could not do, said so that an operator can act on it.
public struct InboxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind, for exit codes and answers.
  public enum Code: Sendable, Equatable {
    /// Another process holds the inbox.
    case inUse
    /// The folder or file cannot be read or written.
    case inputOutput
    /// The file system is full, or `inbox.max_bytes` is reached.
    case full
    /// The file is not an inbox, or is damaged.
    case damaged
    /// The file was made by a newer linqhook.
    case newerVersion
    /// The file system under the inbox cannot keep what an acknowledgement promises.
    case unsafeStorage
    /// The file, its log and the mark beside them do not belong together.
    case mixedFiles
    /// The store ends before what was acknowledged.
    case acknowledgedEventsLost
    /// The copy that was given is none of an inbox, or is not whole.
    case badCopy
    /// Something asked for does not exist.
    case notFound
    /// The inbox is closed.
    case closed
  }

  /// The kind.
  public let code: Code
  /// A whole sentence: what is wrong and what to do.
  public let description: String

  /// An error of this kind with this sentence.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}

extension InboxError {
  /// What is asked of an inbox that was closed.
  package static let closed = InboxError(.closed, "The inbox is closed.")

  /// A handler that was never attached, or was forgotten.
  package static func unknownHandler(_ name: String) -> InboxError {
    InboxError(
      .notFound,
      "The inbox knows no handler \(name); compare the names in the configuration."
    )
  }
}
