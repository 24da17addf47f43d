import CMicroHTTPD
import Glibc

/// The descriptors that a loop waits for, each with a tag of the loop's own.
@safe final class EpollSet {
  /// How a descriptor is watched.
  enum Manner {
    /// Told again and again while there is something to read.
    case always
    /// The same, and a wake-up goes to one of the waiting sets, not to all.
    case exclusively
    /// Told once, and then no more.
    case once
    /// Told when something more has come.
    case atChanges

    fileprivate var flags: UInt32 {
      switch self {
      case .always: 0
      case .exclusively: EPOLLEXCLUSIVE.rawValue
      case .once: EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue
      case .atChanges: EPOLLRDHUP.rawValue | EPOLLET.rawValue
      }
    }
  }

  private let descriptor: Int32
  private var events = unsafe [epoll_event](repeating: epoll_event(), count: 64)

  init() throws(HTTPServerError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .system(call: "epoll_create1", code: errno) }
  }

  deinit { close(descriptor) }

  /// Watches for something to read.
  func watch(_ watched: Int32, tag: UInt64, _ manner: Manner = .always) throws(HTTPServerError) {
    try control(EPOLL_CTL_ADD, watched, tag, manner)
  }

  /// Watches a descriptor of the set in another manner.
  func watchAgain(_ watched: Int32, tag: UInt64, _ manner: Manner) throws(HTTPServerError) {
    try control(EPOLL_CTL_MOD, watched, tag, manner)
  }

  func unwatch(_ watched: Int32) {
    // Fails only when the descriptor is not in the set, which is the state wanted.
    try? control(EPOLL_CTL_DEL, watched, 0, .always)
  }

  private func control(
    _ operation: Int32,
    _ watched: Int32,
    _ tag: UInt64,
    _ manner: Manner
  ) throws(HTTPServerError) {
    var event = unsafe epoll_event()
    unsafe event.events = EPOLLIN.rawValue | manner.flags
    unsafe event.data = epoll_data_t(u64: tag)
    guard unsafe epoll_ctl(descriptor, operation, watched, &event) == 0 else {
      throw .system(call: "epoll_ctl", code: errno)
    }
  }

  /// Waits until something is ready or the time is over (-1: no limit), and gives the tags of what is ready.
  func wait(milliseconds: Int32, into tags: inout [UInt64]) {
    tags.removeAll(keepingCapacity: true)
    let count = unsafe events.withUnsafeMutableBufferPointer { buffer -> Int32 in
      // Headers differ in whether the address may be missing.
      guard let events = buffer.baseAddress else { return 0 }
      return unsafe epoll_wait(descriptor, events, Int32(buffer.count), milliseconds)
    }
    // An interrupted wait (EINTR) is a turn with nothing ready.
    for index in 0..<max(0, Int(count)) {
      unsafe tags.append(events[index].data.u64)
    }
  }
}

/// Ends a loop's wait from any thread.
final class WakeSignal: Sendable {
  let descriptor: Int32

  init() throws(HTTPServerError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { throw .system(call: "eventfd", code: errno) }
  }

  deinit { close(descriptor) }

  func raise() {
    // It can fail only when 2^64 - 2 signals wait: then one waits already.
    _ = eventfd_write(descriptor, 1)
  }

  func clear() {
    var count: eventfd_t = 0
    _ = unsafe eventfd_read(descriptor, &count)
  }
}
