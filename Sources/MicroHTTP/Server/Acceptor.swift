import Pacing

/// A loop's part in accepting clients. All loops watch the same listening sockets; the system wakes one of
/// them for each client.
struct Acceptor {
  private enum State {
    case watching
    /// There are as many connections as there may be. The ledger wakes us when one has ended; where none may be ended
    /// yet, it is looked at again after a moment.
    case full(until: MonotonicTime)
    /// Accepting failed. Waiting a moment keeps a process without descriptors from spinning.
    case failing(until: MonotonicTime)
    case stopped
  }

  /// Few at a time, so that loops which wake together share a burst of clients evenly.
  private static let maxPerTurn = 8
  private static let pauseSeconds = 0.1
  private static let fullSeconds = 0.05

  private let listeners: [ListeningSocket]
  private let tagBase: UInt64
  private var state = State.stopped

  init(listeners: [ListeningSocket], tagBase: UInt64) {
    self.listeners = listeners
    self.tagBase = tagBase
  }

  /// When `resume` has something to do even if nothing happens.
  var wakeTime: MonotonicTime? {
    switch state {
    case .failing(let until), .full(let until): until
    case .watching, .stopped: nil
    }
  }

  mutating func start(in set: EpollSet) throws(HTTPServerError) {
    for (index, listener) in listeners.enumerated() {
      try set.watch(listener.descriptor, tag: tagBase + UInt64(index), .exclusively)
    }
    state = .watching
  }

  mutating func stop(in set: EpollSet) {
    pause(.stopped, in: set)
  }

  /// Goes on after a pause whose cause may be over.
  mutating func resume(in set: EpollSet, now: MonotonicTime, ledger: ConnectionLimiter) {
    switch state {
    case .watching, .stopped: return
    case .failing(let until) where now < until: return
    case .full(let until) where !ledger.hasRoom && now < until: return
    case .full, .failing: break
    }
    do throws(HTTPServerError) {
      try start(in: set)
    } catch {
      pause(.failing(until: now.advanced(bySeconds: Self.pauseSeconds)), in: set)
    }
  }

  /// Takes a few clients from the listening socket that this tag stands for, and passes those on that may come
  /// in. Each has a place in the ledger, which the one that closes it gives back. `full` is called when somebody may wait for
  /// whom there is no place.
  mutating func accept(
    tag: UInt64,
    in set: EpollSet,
    server: ServerState,
    adopt: (AcceptedSocket) -> Void,
    refused: () -> Void,
    full: () -> Void
  ) {
    guard case .watching = state else { return }
    let listener = listeners[Int(tag - tagBase)].descriptor
    for _ in 0..<Self.maxPerTurn where !server.isDraining {
      guard server.ledger.reserve() else {
        // Nobody may be there any more: it is for those who wait only that others are sent away.
        guard listeners[Int(tag - tagBase)].hasClient else { return }
        full()
        return pause(.full(until: .now().advanced(bySeconds: Self.fullSeconds)), in: set)
      }
      switch AcceptedSocket.accept(from: listener) {
      case .success(let socket) where server.isForbidden(to: socket):
        refused()
        socket.close()
        server.ledger.release()
      case .success(let socket) where server.ledger.admit(socket.remoteAddress):
        adopt(socket)
      case .success(let socket):
        // First, so that a client that sees the end finds it counted.
        refused()
        socket.close()
        server.ledger.release()
      case .failure(let failure):
        server.ledger.release()
        if failure.isNothingToDo { return }
        server.report(.acceptFailed(code: failure.code))
        return pause(.failing(until: .now().advanced(bySeconds: Self.pauseSeconds)), in: set)
      }
    }
  }

  private mutating func pause(_ pause: State, in set: EpollSet) {
    for listener in listeners { set.unwatch(listener.descriptor) }
    state = pause
  }
}
