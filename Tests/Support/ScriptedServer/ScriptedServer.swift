import Foundation
import Glibc
import Synchronization

/// A server for tests that says exactly the bytes that it is told to, right or wrong. Every connection has a
/// thread of its own that runs the script, and is closed when the script returns.
public final class ScriptedServer: Sendable {
  /// The port on 127.0.0.1, 0 for a unix socket.
  public let port: Int
  private let sockets: ServerSockets

  /// Listens on a free port of 127.0.0.1, or on a unix socket.
  public init(
    unixSocketPath: String? = nil,
    script: @escaping @Sendable (ScriptedConnection) -> Void
  ) throws {
    let listener: Int32
    if let unixSocketPath {
      listener = try Listener.unix(path: unixSocketPath)
      port = 0
    } else {
      (listener, port) = try Listener.loopback()
    }
    sockets = ServerSockets(listener)
    Thread.detachNewThread { [sockets] in
      while let (descriptor, number) = sockets.accept() {
        Thread.detachNewThread {
          script(ScriptedConnection(descriptor: descriptor, number: number))
          sockets.close(descriptor)
        }
      }
    }
  }

  /// A server that gives each request the answer that the closure makes of it, and keeps connections open.
  public convenience init(
    unixSocketPath: String? = nil,
    answer: @escaping @Sendable (ReceivedRequest) -> String
  ) throws {
    try self.init(unixSocketPath: unixSocketPath) { connection in
      while let request = connection.readRequest() {
        connection.write(answer(request))
      }
    }
  }

  deinit {
    stop()
  }

  /// `http://127.0.0.1:PORT`
  public var url: String { "http://127.0.0.1:\(port)" }

  /// How many connections have been accepted.
  public var connectionCount: Int { sockets.connectionCount }

  /// Closes the listener and ends every connection.
  public func stop() {
    sockets.stop()
  }
}

/// A server's open descriptors. All is closed and shut down under one lock, so that no number is used after
/// the kernel has given it to somebody else.
private final class ServerSockets: Sendable {
  private struct State {
    var connectionCount = 0
    var connections: Set<Int32> = []
    var listener: Int32?
  }

  private let listener: Int32
  private let state: Mutex<State>

  init(_ listener: Int32) {
    self.listener = listener
    state = Mutex(State(listener: listener))
  }

  var connectionCount: Int { state.withLock(\.connectionCount) }

  /// Waits for the next connection; nil when the server is stopped.
  func accept() -> (descriptor: Int32, number: Int)? {
    let descriptor = Glibc.accept(listener, nil, nil)
    return state.withLock { state in
      guard descriptor >= 0 else {
        Glibc.close(listener)
        state.listener = nil
        return nil
      }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      state.connectionCount += 1
      state.connections.insert(descriptor)
      return (descriptor, state.connectionCount)
    }
  }

  func close(_ descriptor: Int32) {
    state.withLock { state in
      state.connections.remove(descriptor)
      Glibc.close(descriptor)
    }
  }

  func stop() {
    state.withLock { state in
      if let listener = state.listener { shutdown(listener, Int32(SHUT_RDWR)) }
      for descriptor in state.connections { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }
}

/// A socket call that failed, by its name and errno.
public struct SocketFailure: Error {
  /// What was called.
  public let call: String
  /// What errno said.
  public let number: Int32
}

private enum Listener {
  static func loopback() throws -> (descriptor: Int32, port: Int) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try unsafe withUnsafeMutablePointer(to: &address) { pointer in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        try check("bind", unsafe bind(descriptor, generic, length))
        try check("listen", listen(descriptor, 1024))
        try check("getsockname", unsafe getsockname(descriptor, generic, &length))
      }
    }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  static func unix(path: String) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try unsafe withUnsafePointer(to: &address) { pointer in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        try check("bind", unsafe bind(descriptor, generic, length))
        try check("listen", listen(descriptor, 1024))
      }
    }
    return descriptor
  }

  private static func check(_ call: String, _ status: Int32) throws {
    if status < 0 { throw SocketFailure(call: call, number: errno) }
  }
}
