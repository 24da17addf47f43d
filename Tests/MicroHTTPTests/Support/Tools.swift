import Glibc
import Synchronization

@testable import MicroHTTP

/// Lines that several threads write.
final class Log<Line: Sendable>: Sendable {
  private let state = Mutex<[Line]>([])

  var lines: [Line] { state.withLock { $0 } }

  func append(_ line: Line) { state.withLock { $0.append(line) } }
}

/// A thousand connections have two thousand ends here.
func raiseDescriptorLimit(to wanted: UInt) throws {
  var limit = rlimit()
  unsafe getrlimit(__rlimit_resource_t(7), &limit)
  guard limit.rlim_cur < wanted else { return }
  limit.rlim_cur = min(wanted, limit.rlim_max)
  guard unsafe setrlimit(__rlimit_resource_t(7), &limit) == 0 else {
    throw ClientError(description: "the limit of open files is too low: \(limit.rlim_max)")
  }
}

/// Lets time pass on the server's side: what is tested is that it does not matter.
func blockThread(milliseconds: Int32) {
  if milliseconds > 0 { _ = poll(nil, 0, milliseconds) }
}

/// Ends a connection at once; with SO_LINGER at 0 the other end sees a reset. The descriptor stays open.
func disconnect(_ descriptor: Int32) {
  let none = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
  unsafe none.withUnsafeBytes { bytes in
    guard let address = unsafe bytes.bindMemory(to: sockaddr.self).baseAddress else { return }
    unsafe _ = Glibc.connect(descriptor, address, socklen_t(MemoryLayout<sockaddr>.size))
  }
}
