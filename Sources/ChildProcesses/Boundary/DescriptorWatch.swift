// Tells when a descriptor is ready, by one thread that waits in epoll for all of them.
//
// Not dispatch sources: libdispatch of Swift 6.3.1 crashes with them when a pipe has data and a hang-up in the
// same event. Its manager thread marks the source as deleted while the handler that the data woke may already
// be taking it apart (`_dispatch_event_merge_fd` in event_epoll.c). Short-lived children do this all day.
//
// Every watch fires once and is then armed again by who read or wrote, so no event can come twice. Tokens are
// never used again: an event of a watch that is gone meanwhile finds nobody.

internal import CChildProcesses
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// A watch over one descriptor; it ends with its last reference, before the descriptor is closed.
final class DescriptorWatch {
  enum Purpose { case reading, writing }

  private let descriptor: FileDescriptor
  private let purpose: Purpose
  private let token: UInt64

  /// Calls `onReady` on the queue as soon as the descriptor is ready.
  init(
    _ descriptor: FileDescriptor,
    for purpose: Purpose,
    queue: DispatchQueue,
    _ onReady: @escaping @Sendable () -> Void
  ) throws(Errno) {
    self.descriptor = descriptor
    self.purpose = purpose
    token = Watcher.shared.add { queue.async(execute: onReady) }
    guard Watcher.shared.arm(descriptor, token, purpose, isNew: true) else {
      throw Errno(rawValue: errno)
    }
  }

  /// Calls again, at once if the descriptor is still ready.
  func rearm() { _ = Watcher.shared.arm(descriptor, token, purpose, isNew: false) }

  deinit {
    Watcher.shared.remove(token)
    Watcher.shared.disarm(descriptor)
  }
}

/// The thread, and whom it calls.
private final class Watcher: Sendable {
  static let shared = Watcher()

  private struct State {
    var lastToken: UInt64 = 0
    var handlers: [UInt64: @Sendable () -> Void] = [:]
  }

  private let epoll = linqhook_watcher()
  private let state = Mutex(State())

  private init() {
    // The queue's thread stays in this block for good.
    DispatchQueue(label: "linqhook.watcher").async { self.run() }
  }

  func add(_ handler: @escaping @Sendable () -> Void) -> UInt64 {
    state.withLock { state in
      state.lastToken += 1
      state.handlers[state.lastToken] = handler
      return state.lastToken
    }
  }

  func remove(_ token: UInt64) { state.withLock { _ = $0.handlers.removeValue(forKey: token) } }

  func arm(_ descriptor: FileDescriptor, _ token: UInt64, _ purpose: DescriptorWatch.Purpose, isNew: Bool)
    -> Bool
  {
    linqhook_watch(epoll, descriptor.rawValue, token, purpose == .writing ? 1 : 0, isNew ? 1 : 0) == 0
  }

  func disarm(_ descriptor: FileDescriptor) { _ = linqhook_unwatch(epoll, descriptor.rawValue) }

  private func run() -> Never {
    var tokens = [UInt64](repeating: 0, count: 64)
    while true {
      let count = unsafe linqhook_wait(epoll, &tokens, Int32(tokens.count))
      let handlers = state.withLock { state in tokens.prefix(Int(count)).compactMap { state.handlers[$0] } }
      for handler in handlers { handler() }
    }
  }
}
