private import CEpoll
private import Glibc

/// Finds the sockets that became readable or writable (edge-triggered).
@safe final class ReadySet {
  private let descriptor: Int32
  private var events = unsafe [epoll_event](repeating: epoll_event(), count: 512)

  init() throws(BenchError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .system("epoll_create1", errno) }
  }

  deinit { close(descriptor) }

  func watch(_ socket: LoadSocket, tag: Int) throws(BenchError) {
    var event = unsafe epoll_event()
    unsafe event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLET.rawValue
    unsafe event.data = epoll_data_t(u64: UInt64(tag))
    guard unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, socket.descriptor, &event) == 0 else {
      throw .system("epoll_ctl", errno)
    }
  }

  /// Waits at most this long, and returns the tags of the ready sockets.
  func wait(nanoseconds: Int64, into tags: inout [Int]) {
    tags.removeAll(keepingCapacity: true)
    if nanoseconds > 0 { _ = linqhook_wait_readable(descriptor, Int(nanoseconds)) }
    let count = unsafe events.withUnsafeMutableBufferPointer { buffer -> Int32 in
      // Headers differ in whether the address may be missing.
      guard let events = buffer.baseAddress else { return 0 }
      return unsafe epoll_wait(descriptor, events, Int32(buffer.count), 0)
    }
    for index in 0..<max(0, Int(count)) { unsafe tags.append(Int(events[index].data.u64)) }
  }
}
