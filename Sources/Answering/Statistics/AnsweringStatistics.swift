import Synchronization

/// Counts what was done at Linq, for the metrics. Safe to share between tasks and handlers.
public final class AnsweringStatistics: Sendable {
  /// What became of an action.
  public enum ActionResult: String, Sendable, Hashable, CaseIterable {
    /// Linq has it.
    case sent
    /// It has to wait, or to be tried again.
    case retried
    /// It was given up, or never good.
    case dead
  }

  /// What became of an attachment.
  public enum AttachmentResult: String, Sendable, Hashable, CaseIterable {
    /// It is in its folder.
    case saved
    /// It could not be fetched.
    case failed
    /// It is not fetched: too large, from another host, or from an address that is not public.
    case refused
  }

  /// One series of `actions_total`.
  public struct ActionSeries: Sendable, Hashable {
    /// The handler's name.
    public let handler: String
    /// The kind of action.
    public let action: ActionKind
    /// What became of it.
    public let result: ActionResult
  }

  /// One series of `handler_guarded_total`.
  public struct GuardSeries: Sendable, Hashable {
    /// The handler's name.
    public let handler: String
    /// Why it was not run.
    public let reason: MessageGuard.Reason
  }

  /// All figures at one moment.
  public struct Snapshot: Sendable, Equatable {
    /// Actions by handler, kind and result.
    public var actions: [ActionSeries: Int] = [:]
    /// Events for which a handler was not run.
    public var guarded: [GuardSeries: Int] = [:]
    /// Attachments by what became of them.
    public var attachments: [AttachmentResult: Int] = [:]
    /// Bytes of attachments that were saved.
    public var attachmentBytes: Int64 = 0

    /// All zero.
    public init() {}
  }

  private let state = Mutex(Snapshot())

  /// All zero.
  public init() {}

  /// The figures now.
  public var snapshot: Snapshot { state.withLock(\.self) }

  func count(_ action: ActionKind, _ result: ActionResult, handler: String, times: Int = 1) {
    state.withLock {
      $0.actions[ActionSeries(handler: handler, action: action, result: result), default: 0] += times
    }
  }

  func count(guarded reason: MessageGuard.Reason, handler: String) {
    state.withLock { $0.guarded[GuardSeries(handler: handler, reason: reason), default: 0] += 1 }
  }

  func count(_ result: AttachmentResult, bytes: Int64 = 0) {
    state.withLock { state in
      state.attachments[result, default: 0] += 1
      state.attachmentBytes += bytes
    }
  }
}
