import Pacing
import Synchronization

/// Where other threads leave what is for a loop: clients that another loop accepted, and the question whether
/// it still turns. The count of its connections is its share of the load.
///
/// The system wakes one loop for a client, most often the same one, and a client stays with its loop for
/// life. Without a balance one core would do all the work while another sleeps.
final class EventLoopMailbox: Sendable {
  private struct Waiting {
    var sockets: [AcceptedSocket] = []
    var questions: [CheckedContinuation<Void, Never>] = []
    var isClosed = false
  }

  private let connections = Atomic<Int>(0)
  /// 0, or how many ranks may be looked through for a place.
  private let wantedRanks = Atomic<Int>(0)
  private let idleSince = Atomic<Int64>(.max)
  private let silentSince = Atomic<Int64>(.max)
  private let unfinishedSince = Atomic<Int64>(.max)
  private let waiting = Mutex(Waiting())
  private let signal: WakeSignal

  init(signal: WakeSignal) { self.signal = signal }

  /// Connections that belong to the loop, with those on their way to it.
  var load: Int { connections.load(ordering: .relaxed) }

  func connectionAdded() { connections.add(1, ordering: .relaxed) }

  func connectionRemoved() { connections.subtract(1, ordering: .relaxed) }

  /// Shows since when the first connection of a rank has waited; nil when there is none.
  func show(_ since: MonotonicTime?, for rank: EvictionRank) {
    let nanoseconds = since?.nanoseconds ?? .max
    switch rank {
    case .idle: idleSince.store(nanoseconds, ordering: .relaxed)
    case .silent: silentSince.store(nanoseconds, ordering: .relaxed)
    case .unfinishedHead: unfinishedSince.store(nanoseconds, ordering: .relaxed)
    }
  }

  /// Since when the first connection of a rank has waited, as of the loop's last turn; `distantFuture` when there is none.
  func waitingSince(_ rank: EvictionRank) -> MonotonicTime {
    switch rank {
    case .idle: MonotonicTime(nanoseconds: idleSince.load(ordering: .relaxed))
    case .silent: MonotonicTime(nanoseconds: silentSince.load(ordering: .relaxed))
    case .unfinishedHead: MonotonicTime(nanoseconds: unfinishedSince.load(ordering: .relaxed))
    }
  }

  /// Asks the loop to let one of its connections go, of this rank or a higher one: what it has shown may be over, and
  /// then another loop is the one to ask. Asking again before it has come round asks for the same.
  func wantPlace(of rank: EvictionRank) {
    if wantedRanks.exchange(rank.rawValue + 1, ordering: .relaxed) == 0 { signal.raise() }
  }

  /// The ranks of which a place is wanted since this was last asked.
  func takeWantedRanks() -> ArraySlice<EvictionRank> {
    EvictionRank.allCases.prefix(wantedRanks.exchange(0, ordering: .relaxed))
  }

  /// Leaves a client, whose place was taken, for the loop; false when it takes none any more.
  func leave(_ socket: AcceptedSocket) -> Bool {
    let isTaken = waiting.withLock { waiting in
      guard !waiting.isClosed else { return false }
      waiting.sockets.append(socket)
      return true
    }
    if isTaken { signal.raise() }
    return isTaken
  }

  /// The clients that were left here.
  func take() -> [AcceptedSocket] {
    waiting.withLock { waiting in
      defer { waiting.sockets = [] }
      return waiting.sockets
    }
  }

  /// Returns when the loop has come round, or has ended; never while it is stuck.
  func heartbeat() async {
    await withCheckedContinuation { continuation in
      let isAsked = waiting.withLock { waiting in
        if !waiting.isClosed { waiting.questions.append(continuation) }
        return !waiting.isClosed
      }
      if isAsked { signal.raise() } else { continuation.resume() }
    }
  }

  /// Answers those who asked for a heartbeat.
  func answerHeartbeats() {
    let questions = waiting.withLock { waiting in
      defer { waiting.questions = [] }
      return waiting.questions
    }
    for question in questions { question.resume() }
  }

  /// Takes no more clients; gives those that still wait.
  func close() -> [AcceptedSocket] {
    let sockets = waiting.withLock { waiting in
      waiting.isClosed = true
      defer { waiting.sockets = [] }
      return waiting.sockets
    }
    answerHeartbeats()
    return sockets
  }
}
