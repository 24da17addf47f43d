import Synchronization

/// Linq's hard limit for a pair of line and person, known beforehand instead of learnt by 429. One pacer serves all
/// handlers, since Linq counts what all of them send.
///
/// A direct chat is such a pair; a pair can have several chats, so both are counted. In a group the people are not known
/// from an event, so there the chat alone counts. What was sent before a restart is not known either, and then Linq's own
/// 429 says so.
public final class MessagePacer: Sendable {
  /// Linq's own limit, in messages.
  public static let maxMessages = 30
  /// The span of Linq's own limit.
  public static let window = Duration.seconds(60.0)
  private static let maxKeys = 65_536

  private let table: Mutex<WindowTable>

  /// A pacer with Linq's limit, unless told otherwise.
  public init(maxMessages: Int = maxMessages, window: Duration = window) {
    table = Mutex(WindowTable(maxCount: maxMessages, window: window, maxKeys: Self.maxKeys))
  }

  /// How long a message to this target has to wait; nil when it can go now.
  func wait(for target: AnswerTarget) -> Duration? {
    let now = ContinuousClock.now
    return table.withLock { table in Self.keys(target).compactMap { table.wait(for: $0, at: now) }.max() }
  }

  /// Takes a place for one message, or says how long to wait for it.
  func take(_ target: AnswerTarget) -> PlaceInWindow {
    let (now, keys) = (ContinuousClock.now, Self.keys(target))
    return table.withLock { table in
      if let wait = keys.compactMap({ table.wait(for: $0, at: now) }).max() { return .none(wait: wait) }
      for key in keys { table.add(key, at: now) }
      return .taken(at: now)
    }
  }

  /// Gives a place back that was taken for a message which was not sent.
  func giveBack(_ target: AnswerTarget, at instant: ContinuousClock.Instant) {
    table.withLock { table in for key in Self.keys(target) { table.remove(key, at: instant) } }
  }

  private static func keys(_ target: AnswerTarget) -> [String] {
    guard let line = target.line, let person = target.person else { return ["chat \(target.chatID)"] }
    return ["chat \(target.chatID)", "pair \(line) \(person)"]
  }
}

/// Whether something may happen now.
enum PlaceInWindow {
  case taken(at: ContinuousClock.Instant)
  case none(wait: Duration)
}
