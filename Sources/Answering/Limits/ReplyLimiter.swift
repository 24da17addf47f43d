import LinqAPI
import Synchronization

/// How many messages a handler may send into one chat, so that two bots cannot talk each other to death.
public struct ReplyLimit: Sendable, Equatable {
  /// So many messages,
  public var count: Int
  /// in this time.
  public var per: Duration

  /// A limit; the configuration's default without any parts.
  public init(count: Int = 20, per: Duration = .seconds(60)) {
    self.count = count
    self.per = per
  }
}

/// Keeps one handler's limit for each chat.
final class ReplyLimiter: Sendable {
  private static let maxKeys = 65_536

  let limit: ReplyLimit
  private let table: Mutex<WindowTable>

  init(_ limit: ReplyLimit) {
    self.limit = limit
    table = Mutex(
      WindowTable(maxCount: limit.count, window: limit.per, maxKeys: Self.maxKeys)
    )
  }

  func wait(for chat: ResourceID) -> Duration? {
    table.withLock { $0.wait(for: chat.description, at: .now) }
  }

  func take(_ chat: ResourceID) -> PlaceInWindow {
    let now = ContinuousClock.now
    return table.withLock { table in
      if let wait = table.wait(for: chat.description, at: now) { return .none(wait: wait) }
      table.add(chat.description, at: now)
      return .taken(at: now)
    }
  }

  func giveBack(_ chat: ResourceID, at instant: ContinuousClock.Instant) {
    table.withLock { $0.remove(chat.description, at: instant) }
  }
}
