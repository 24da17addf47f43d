// Who is whose child. The kernel has one table of children for the whole process, so there is one registry.
//
// A subreaper inherits orphans: processes that a hook left behind when it ended. They must be reaped when
// they end, and killed when their hook ran out of time; our own children, and those that other code in this
// program may start, must not be touched. What tells them apart: every child started here has a session of
// its own, and a session cannot be joined from outside. So a direct child that is not registered and is not in
// this program's own session is an orphan of some hook.
//
// Only direct children are ever signalled. Nobody but us can reap them, so their numbers cannot have gone to
// another process meanwhile. Their own children fall to us in the next round.

internal import Dispatch
internal import Synchronization
internal import SystemPackage

final class ChildRegistry: Sendable {
  static let shared = ChildRegistry()

  private struct State {
    var children: Set<Int32> = []
    var isSubreaper = false
    var isReapingScheduled = false
    var isOver = false
  }

  private static let maxKillRounds = 100
  private static let killRoundMilliseconds = 10
  private static let maxLooks = 8

  private let state = Mutex(State())

  /// From now on orphans fall to this process. The first process of a container gets those of everybody, also of
  /// programs that were not started here.
  func reapsOrphans() {
    state.withLock { $0.isSubreaper = true }
    if Self.isFirstProcess { scheduleReaping() }
  }

  /// Starts a child; it is registered before anybody can take it for an orphan.
  func spawn(_ body: () throws(Errno) -> Int32) throws(Errno) -> Int32 {
    try state.withLock { state throws(Errno) in
      guard !state.isOver else { throw .canceled }
      let child = try body()
      state.children.insert(child)
      return child
    }
  }

  /// Takes an ended child out of the process table. Its number may belong to another process afterwards.
  func reap(_ child: Int32) -> ChildEnd.Status {
    let status = state.withLock { state in
      state.children.remove(child)
      return SystemCalls.reap(child, waiting: true)
    }
    scheduleReaping()
    return status ?? .exited(-1)
  }

  /// Gets rid of a child that cannot be watched.
  func discard(_ child: Int32) {
    SystemCalls.signal(-child, SignalNumber.kill)
    _ = reap(child)
  }

  /// Whether a child that has ended has left anything running, or may have.
  func hasOrphans(session: Int32, markers: Set<String>) -> Bool {
    state.withLock { state in
      Self.livingOrphans(besides: state.children).contains { Self.isOf(session, markers, $0, $1) != false }
    }
  }

  /// Kills the orphans of one child.
  /// - Returns: how many were alive, with those that cannot be told yet.
  func killOrphans(session: Int32, markers: Set<String>) -> Int {
    state.withLock { state in
      Self.livingOrphans(besides: state.children).count { orphan, entry in
        let isOf = Self.isOf(session, markers, orphan, entry)
        if isOf == true { SystemCalls.signal(orphan, SignalNumber.kill) }
        return isOf != false
      }
    }
  }

  /// Kills everything that was started here and what that has started in turn, before this program ends at once. From now
  /// on nothing can be started. The dead hand their children on to us, hence the rounds.
  func killAll() {
    state.withLock { state in
      state.isOver = true
      for _ in 0..<Self.maxKillRounds {
        for child in state.children { SystemCalls.signal(-child, SignalNumber.kill) }
        // In this order: a child that is dead here has handed on before what the orphans are looked for in.
        let children = state.children.filter { ProcessTable.entry($0)?.isZombie == false }
        let orphans = Self.livingOrphans(besides: state.children)
        for (orphan, _) in orphans { SystemCalls.signal(orphan, SignalNumber.kill) }
        if children.isEmpty, orphans.isEmpty { return }
        SystemCalls.pause(milliseconds: Self.killRoundMilliseconds)
      }
    }
  }

  /// Whether an orphan comes from one child: it is of its session, or carries all of its markers. Nil where that
  /// cannot be told yet.
  private static func isOf(
    _ session: Int32,
    _ markers: Set<String>,
    _ orphan: Int32,
    _ entry: ProcessTable.Entry
  ) -> Bool? {
    if entry.session == session { return true }
    if markers.isEmpty { return false }
    if let environment = ProcessTable.environment(orphan) { return markers.isSubset(of: environment) }
    return entry.isZombie ? false : nil
  }

  /// Reaps ended orphans a second from now, and each second while there are living ones.
  private func scheduleReaping() {
    let isDue = state.withLock { state in
      guard state.isSubreaper, !state.isReapingScheduled else { return false }
      state.isReapingScheduled = true
      return true
    }
    guard isDue else { return }
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(1)) { self.reapOrphans() }
  }

  private func reapOrphans() {
    let areLeft = state.withLock { state in
      state.isReapingScheduled = false
      return !Self.livingOrphans(besides: state.children).isEmpty
    }
    if areLeft || Self.isFirstProcess { scheduleReaping() }
  }

  private static let isFirstProcess = SystemCalls.processID == 1

  /// Reaps those that have ended. One that ends while we look hands its own on behind our back, so then we look again. By
  /// its entry a process has ended when its first thread has; only reaping tells.
  private static func livingOrphans(besides children: Set<Int32>) -> [(Int32, ProcessTable.Entry)] {
    // Not without end: a process that forks as fast as we reap has to be killed first.
    for _ in 1..<maxLooks {
      let all = orphans(besides: children)
      let living = all.filter { orphan, _ in SystemCalls.reap(orphan) == nil }
      if living.count == all.count { return living }
    }
    return orphans(besides: children)
  }

  private static func orphans(besides children: Set<Int32>) -> [(Int32, ProcessTable.Entry)] {
    let ownSession = SystemCalls.session(of: 0)
    return ProcessTable.children().compactMap { child in
      guard !children.contains(child), let entry = ProcessTable.entry(child),
        entry.session != ownSession
      else { return nil }
      return (child, entry)
    }
  }
}

/// Signals by name: the C constants would bring the whole C library in.
enum SignalNumber {
  static let kill: Int32 = 9
  static let terminate: Int32 = 15
  static let resume: Int32 = 18
}
