import LinqAPI
import Logging

/// What the person sees before the answer is there: the message as read, and typing. Best effort: a failure is a debug
/// line, and no sign takes longer than a few seconds.
struct ChatSigns: Sendable {
  static let timeout = Duration.seconds(3.0)
  /// Linq shows typing for 85 to 90 seconds.
  static let timeBetweenTyping = Duration.seconds(60)

  private let linq: LinqClient
  private let chat: ResourceID
  private let logger: Logger
  private let task: Task<Bool, Never>

  /// Begins to show what is asked for; nil where that is nothing.
  init?(_ options: AnsweringOptions, linq: LinqClient?, chat: ResourceID?, logger: Logger) {
    guard options.marksRead || options.showsTyping, let linq, let chat else { return nil }
    self.linq = linq
    self.chat = chat
    self.logger = logger
    task = Task {
      if options.marksRead { await Self.attempt("read", logger) { try await linq.markRead(chat: chat) } }
      guard options.showsTyping else { return false }
      while !Task.isCancelled {
        await Self.attempt("typing", logger) { try await linq.setTyping(true, inChat: chat) }
        try? await Task.sleep(for: Self.timeBetweenTyping)
      }
      return true
    }
  }

  /// Ends them; when it returns no call is under way that could come after the answer.
  ///
  /// - Parameter messageFollows: Linq takes typing away by itself when a message is sent.
  func end(messageFollows: Bool) async {
    task.cancel()
    let hasTyped = await task.value
    guard hasTyped, !messageFollows else { return }
    await Self.attempt("typing", logger) { [linq, chat] in try await linq.setTyping(false, inChat: chat) }
  }

  /// Makes a call that the end of the handler's own task does not break off: then nobody would know whether Linq shows
  /// typing.
  private static func attempt(
    _ what: String,
    _ logger: Logger,
    _ call: @escaping @Sendable () async throws -> Void
  ) async {
    await Task {
      do { try await call() } catch {
        logger.debug("a sign in the chat failed", metadata: ["sign": "\(what)", "error": "\(error)"])
      }
    }.value
  }
}
