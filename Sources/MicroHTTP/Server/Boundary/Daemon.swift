private import CMicroHTTPD
import Glibc

/// Owns one libmicrohttpd daemon in external epoll mode: it has no thread and no listening socket, and works
/// only inside `run`.
@safe final class MHDDaemon {
  /// Out of the way: the limit that counts is the ledger's, which a reload may change.
  private static let maxConnections: UInt32 = 1_000_000

  private let pointer: OpaquePointer
  /// Readable when `run` has something to do.
  let epollDescriptor: Int32

  /// Starts a daemon that calls the loop's methods of `EventLoop+Requests`. The loop must outlive it.
  init(for loop: EventLoop, poolBytes: Int) throws(HTTPServerError) {
    let callbacks = unsafe CMicroHTTPDCallbacks(
      context: Unmanaged.passUnretained(loop).toOpaque(),
      log: reportMessage,
      target: beginRequest,
      request: advanceRequest,
      completed: endRequest,
      connection: changeConnection
    )
    guard
      let pointer = unsafe CMicroHTTPDStart(
        callbacks,
        Self.maxConnections,
        poolBytes,
        FramingRules.ofLibrary.libraryStrictness
      )
    else {
      throw .libraryDidNotStart
    }
    unsafe self.pointer = unsafe pointer
    epollDescriptor = unsafe CMicroHTTPDEpollDescriptor(pointer)
  }

  /// Does all that can be done without waiting.
  func run() { unsafe _ = MHD_run(pointer) }

  /// Whether `run` has more to do at once. Connections that wait for their answer count, too.
  var hasMore: Bool {
    var milliseconds: UInt64 = 0
    return unsafe MHD_get_timeout(pointer, &milliseconds) == .YES && milliseconds == 0
  }

  /// Takes a connected socket over, and closes it in the end, or now when it cannot be served.
  func add(_ socket: AcceptedSocket) -> Bool {
    unsafe socket.withAddress { address, count in
      unsafe MHD_add_connection(pointer, socket.descriptor, address, count) == .YES
    }
  }

  /// Closes all connections. None may be suspended: libmicrohttpd would abort.
  deinit { unsafe MHD_stop_daemon(pointer) }
}

// The callbacks: recover the objects, wrap the pointers, call one method, map the result.

@unsafe private func loop(_ context: UnsafeMutableRawPointer?) -> EventLoop? {
  unsafe context.map { unsafe Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
}

@unsafe private func connection(_ context: UnsafeMutableRawPointer?) -> Connection? {
  unsafe context.map { unsafe Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func changeConnection(
  _ context: UnsafeMutableRawPointer?,
  _ handle: OpaquePointer?,
  _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _ change: MHD_ConnectionNotificationCode
) {
  guard let loop = unsafe loop(context), let handle = unsafe handle, let slot = unsafe slot else { return }
  switch change {
  case .CONNECTION_NOTIFY_STARTED:
    let descriptor = unsafe CMicroHTTPDConnectionDescriptor(handle)
    guard let connection = unsafe loop.connectionOpened(handle, descriptor: descriptor) else { return }
    unsafe slot.pointee = Unmanaged.passRetained(connection).toOpaque()
  case .CONNECTION_NOTIFY_CLOSED:
    guard let held = unsafe slot.pointee else { return }
    unsafe loop.connectionClosed(Unmanaged<Connection>.fromOpaque(held).takeRetainedValue())
    unsafe slot.pointee = nil
  @unknown default: break
  }
}

private func beginRequest(
  _ context: UnsafeMutableRawPointer?,
  _ target: UnsafePointer<CChar>?,
  _ handle: OpaquePointer?
) -> UnsafeMutableRawPointer? {
  guard let loop = unsafe loop(context), let handle = unsafe handle, let target = unsafe target else {
    return nil
  }
  let held = unsafe CMicroHTTPDConnectionContext(handle)
  guard let connection = unsafe connection(held) else { return nil }
  unsafe loop.requestBegan(on: connection, target: RequestTarget(target))
  return unsafe held
}

private func advanceRequest(
  _ context: UnsafeMutableRawPointer?,
  _ handle: OpaquePointer?,
  _ target: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?,
  _ version: UnsafePointer<CChar>?,
  _ piece: UnsafePointer<CChar>?,
  _ pieceCount: UnsafeMutablePointer<Int>?,
  _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let loop = unsafe loop(context), let connection = unsafe connection(request?.pointee),
    let handle = unsafe handle, let target = unsafe target, let method = unsafe method,
    let version = unsafe version, let pieceCount = unsafe pieceCount
  else { return .NO }
  let count = unsafe pieceCount.pointee
  if count > 0 {
    unsafe pieceCount.pointee = 0
    let bytes = unsafe UnsafeRawBufferPointer(start: piece, count: count)
    return unsafe loop.bodyArrived(on: connection, piece: bytes) ? .YES : .NO
  }
  let request = unsafe LiveRequest(
    connection: handle,
    methodText: method,
    targetText: target,
    versionText: version
  )
  return loop.requestAdvanced(on: connection, request: request) ? .YES : .NO
}

private func endRequest(
  _ context: UnsafeMutableRawPointer?,
  _ handle: OpaquePointer?,
  _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _ end: MHD_RequestTerminationCode
) {
  guard let loop = unsafe loop(context), let connection = unsafe connection(request?.pointee) else {
    return
  }
  loop.requestEnded(on: connection)
}

private func reportMessage(
  _ context: UnsafeMutableRawPointer?,
  _ format: UnsafePointer<CChar>?,
  _ arguments: CVaListPointer?
) {
  guard let loop = unsafe loop(context), let format = unsafe format, let arguments = unsafe arguments,
    unsafe !isNoise(format)
  else { return }
  var text = [CChar](repeating: 0, count: 512)
  unsafe vsnprintf(&text, text.count, format, arguments)
  let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  let message = String(decoding: bytes, as: UTF8.self)
  if let status = refusalStatus(message) {
    loop.libraryRefuses(status: status)
  } else {
    loop.libraryReported(message)
  }
}

/// What libmicrohttpd reports that is nothing, or that we tell in words of our own and with an address. On a unix socket
/// it tries TCP options for each answer, and reports that they fail.
@unsafe private func isNoise(_ format: UnsafePointer<CChar>) -> Bool {
  let beginnings: [StaticString] = [
    "Setting %s option to", "Failed to push the data", "Connection socket is closed", "Connection was closed",
    "Socket has been disconnected", "Failed to send the response", "Too large value of",
    "Failed to parse `Content",
    "Not enough memory in pool", "Received HTTP/1.1 request without",
  ]
  return beginnings.contains { beginning in
    beginning.withUTF8Buffer { text in
      unsafe text.withMemoryRebound(to: CChar.self) { text in
        unsafe text.baseAddress.map { unsafe strncmp(format, $0, text.count) == 0 } ?? false
      }
    }
  }
}

/// The status of the answer that libmicrohttpd is about to give by itself. All versions since 0.9.72 say so in these words.
private func refusalStatus(_ message: String) -> Int? {
  let words = "Error processing request (HTTP response code is "
  guard message.hasPrefix(words) else { return nil }
  return Int(message.dropFirst(words.count).prefix { $0.isNumber })
}
