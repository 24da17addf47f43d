public import LinqEvents
public import LinqhookDelivery
public import LinqhookInbox

/// A custom handler type in Swift that answers: it says what is to be sent, and linqhook sends it, each action once.
///
///     struct Echo: Responder {
///       func respond(to message: MessageView, of event: StoredEvent) async throws -> [Action] {
///         guard let text = message.text, !text.isEmpty else { return [] }
///         return [.react(.tapback(.like)), .reply(text)]
///       }
///     }
public protocol Responder: Sendable {
  /// What is to be done in answer to an event; nothing for an empty list. A thrown error is tried again by the handler's
  /// retry policy, an ``Unanswerable`` never.
  func respond(to message: MessageView, of event: StoredEvent) async throws -> [Action]
}

/// Thrown by a responder that no second try can help: the event becomes a dead letter.
public struct Unanswerable: Error, Sendable {
  /// What the operator is told.
  public let reason: String

  /// A reason, as a whole sentence.
  public init(_ reason: String) { self.reason = reason }
}

/// A responder as a handler: what ``AnsweringDelivery`` runs.
public struct RespondingHandler: AnsweringHandler {
  private let responder: any Responder

  /// The handler of a responder.
  public init(_ responder: any Responder) { self.responder = responder }

  /// Asks the responder.
  public func answer(_ attempt: DeliveryAttempt) async -> ProgramAnswer {
    do {
      return .list(try await responder.respond(to: attempt.message, of: attempt.event).listBytes)
    } catch let error as Unanswerable {
      return .result(.dead(reason: error.reason))
    } catch {
      return .result(Task.isCancelled ? .interrupted : .retry(reason: "The responder failed: \(error)"))
    }
  }

  /// Asks the responder and sends nothing.
  public func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    if case .result(let result) = await answer(attempt) { return result }
    return .delivered
  }
}
