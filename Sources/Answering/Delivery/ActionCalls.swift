import FoundationEssentials
import LinqAPI

/// Carries out one action at Linq. Each message goes with its key; a reaction and a mark as read are harmless twice.
struct ActionCalls: Sendable {
  /// Linq's number of a message that is not there, also behind a key whose message is gone.
  private static let noMessageCode = 2002
  private static let secondsBeforeSecondTry = 0.5

  let linq: LinqClient
  let keys: AnswerKeys

  /// Carries out the action at the outbox's position.
  func perform(_ outbox: Outbox) async -> SendOutcome {
    let first = await attempt(outbox)
    guard case .conflict(let reason) = first else { return await judged(first, outbox) }
    do { try await Task.sleep(for: .seconds(Self.secondsBeforeSecondTry)) } catch {
      return .again(reason: reason, after: nil)
    }
    let second = await attempt(outbox)
    if case .conflict(let reason) = second { return .dead(reason: reason) }
    return await judged(second, outbox)
  }

  private func attempt(_ outbox: Outbox) async -> SendOutcome {
    do throws(LinqAPIError) {
      switch outbox.actions[outbox.position] {
      case .reply(let text, let quotes, let attachments):
        _ = try await linq.sendMessage(
          try message(text, quotes, attachments, outbox),
          toChat: outbox.target.chatID
        )
      case .react(let reaction):
        guard let message = outbox.target.messageID else {
          return .dead(reason: "The event is about no message that could be reacted to.")
        }
        _ = try await linq.react(to: MessageTarget(messageID: message), with: reaction)
      case .read: try await linq.markRead(chat: outbox.target.chatID)
      }
      return .sent
    } catch { return SendOutcome(error) }
  }

  private func message(
    _ text: String,
    _ quotes: Bool,
    _ attachments: [String],
    _ outbox: Outbox
  ) throws(LinqAPIError) -> OutgoingMessage {
    let files = attachments.filter { $0.hasPrefix("/") }
    return OutgoingMessage(
      text: text,
      attachmentURLs: attachments.filter { !$0.hasPrefix("/") },
      attachmentFiles: files,
      replyTo: quotes ? outbox.target.messageID.map { MessageTarget(messageID: $0) } : nil,
      idempotencyKey: try keys.key(at: outbox.position)
    )
  }

  /// Linq answers 404 to a key whose message was deleted or has expired. That the message was sent is then certain; but the
  /// chat, or the message that is quoted, can be what is missing, too.
  private func judged(_ outcome: SendOutcome, _ outbox: Outbox) async -> SendOutcome {
    guard case .notFound(let reason, let code) = outcome else { return outcome }
    guard linq.version == .v3, code == nil || code == Self.noMessageCode,
      case .reply(_, let quotes, _) = outbox.actions[outbox.position]
    else { return .dead(reason: reason) }
    guard quotes, let quoted = outbox.target.messageID else {
      // Without a quote the key is all that can lead to a missing message.
      return code != nil || outbox.mayBeSent ? .sent : .dead(reason: reason)
    }
    guard outbox.mayBeSent else { return .dead(reason: reason) }
    do throws(LinqAPIError) {
      _ = try await linq.message(quoted)
      return .sent
    } catch {
      let failure = SendOutcome(error)
      if case .notFound = failure { return .dead(reason: reason) }
      return failure
    }
  }
}
