/// Something that the dispatcher could not do, said so that an operator can act on it.
public struct DispatcherError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind.
  public enum Code: Sendable, Equatable {
    /// A handler could not start.
    case handlerNotStarted
    /// Two handlers have the same name.
    case duplicateHandler
    /// No handler of this name is configured.
    case unknownHandler
    /// The event is not in the inbox, or not any more.
    case unknownEvent
    /// The event is no dead letter of this handler.
    case notDead
    /// The handler is configured, and only one that is gone can be forgotten.
    case handlerConfigured
    /// The handler hangs, and nothing can be asked of it.
    case handlerHangs
    /// The dispatcher is stopping.
    case stopping
    /// Something was to be kept for an attempt that is over.
    case attemptOver
  }

  /// The kind.
  public let code: Code
  /// A whole sentence: what is wrong and what to do.
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  static func unknownHandler(_ name: String) -> DispatcherError {
    DispatcherError(.unknownHandler, "There is no handler \"\(name)\" in the configuration.")
  }

  static func handlerHangs(_ name: String) -> DispatcherError {
    DispatcherError(
      .handlerHangs,
      "Nothing was done because the handler \"\(name)\" hangs; see to the disk that it writes to, then ask again."
    )
  }

  static func startHangs(_ name: String, _ time: Duration) -> DispatcherError {
    DispatcherError(
      .handlerNotStarted,
      "The handler \"\(name)\" did not start within \(time.components.seconds) s; see to the disk that it writes to, then ask again."
    )
  }

  static func startBrokenOff(_ name: String) -> DispatcherError {
    DispatcherError(.stopping, "The handler \"\(name)\" was not started because linqhook is stopping.")
  }

  static let attemptOver = DispatcherError(
    .attemptOver,
    "Nothing was kept because the attempt is over; keep what later attempts need before the result is returned."
  )

  static func handlerConfigured(_ name: String) -> DispatcherError {
    DispatcherError(
      .handlerConfigured,
      "The handler \"\(name)\" is in the configuration. Take it out and reload before its backlog is dropped."
    )
  }
}

/// What became of a request to deliver an event again.
public enum ReplayOutcome: Sendable, Equatable {
  /// It waits for its turn; the request survives a restart.
  case queued
  /// It has not been settled yet, so it will be handed over anyway.
  case alreadyPending
  /// The handler hangs, and the request was not recorded: ask again when it goes on. Only where several handlers are
  /// asked; for one alone it is an error.
  case handlerHangs
}
