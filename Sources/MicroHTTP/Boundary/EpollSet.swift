import CMicroHTTPD
import Glibc

/// The descriptors that a shard waits for, each with a tag of the shard's own.
@safe final class EpollSet {
  private let descriptor: Int32
  private var events = unsafe [epoll_event](repeating: epoll_event(), count: 16)

  init() throws(HTTPServerError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .system(call: "epoll_create1", code: errno) }
  }

  deinit { close(descriptor) }

  /// Watches for something to read. With `exclusively` a wake-up goes to one of the waiting sets, not to all.
  func watch(_ watched: Int32, tag: UInt64, exclusively: Bool = false) throws(HTTPServerError) {
    var event = unsafe epoll_event()
    unsafe event.events = EPOLLIN.rawValue | (exclusively ? EPOLLEXCLUSIVE.rawValue : 0)
    unsafe event.data = epoll_data_t(u64: tag)
    guard unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0 else {
      throw .system(call: "epoll_ctl", code: errno)
    }
  }

  func unwatch(_ watched: Int32) {
    // Fails only when the descriptor is not in the set, which is the state wanted.
    _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil)
  }

  /// Waits until something is ready or the time is over (-1: no limit), and gives the tags of what is ready.
  func wait(milliseconds: Int32, into tags: inout [UInt64]) {
    tags.removeAll(keepingCapacity: true)
    let count = unsafe events.withUnsafeMutableBufferPointer { buffer in
      unsafe epoll_wait(descriptor, buffer.baseAddress, Int32(buffer.count), milliseconds)
    }
    // An interrupted wait (EINTR) is a turn with nothing ready.
    for index in 0..<max(0, Int(count)) {
      unsafe tags.append(events[index].data.u64)
    }
  }
}

/// Ends a shard's wait from any thread.
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
