private import CMicroHTTPD
import Glibc
import Pacing

/// One client's connection, with the request that is on it. Belongs to one loop for life.
@safe final class Connection {
  /// Where the request on the connection stands.
  enum Stage {
    /// Between two requests, or before the first one.
    case idle
    /// The request line is here, the rest of the head is not.
    case readingHead
    /// The body is wanted and is arriving.
    case readingBody(maxBytes: Int)
    /// The answer is decided, and waits a moment (see `EventLoop.refuse`).
    case pausing(HTTPResponse)
    /// The answer is decided; what is left of the body is dropped.
    case discarding(HTTPResponse)
    /// The same, and the answer is the server's own.
    case refusing(HTTPResponse)
    /// The service answers later.
    case awaitingResponse
    /// The answer is being written.
    case responding
    /// Shut down from our side; libmicrohttpd will notice.
    case cut
  }

  let descriptor: Int32
  let remoteAddress: RemoteAddress
  /// The place in the loop's table.
  let slot: Int
  private let handle: OpaquePointer

  var stage = Stage.idle
  /// When the stage must be over.
  var deadline: MonotonicTime
  var closesAfterResponse = false
  /// Whether the body comes in chunks, which libmicrohttpd may refuse to read.
  var isChunked = false
  /// Whether the last request was answered, and the connection ended, before all of the request was read.
  var leavesBytesUnread = false
  /// Whether libmicrohttpd has put the connection aside (see `EventLoop+Answers`).
  private(set) var isSuspended = false

  var requestNumber: UInt64 = 0
  var target = RequestTarget()
  var startedAt = MonotonicTime.distantFuture
  var body: [UInt8] = []
  /// How many bytes of body have arrived, kept or not.
  var bodyBytesArrived = 0
  /// How many of them are in `ServerState.bodyBytesInFlight`.
  var bodyBytesCounted = 0
  var maxBodyBytes = 0
  /// When the connection was opened, a part of a request last came, or a request ended.
  var heardAt: MonotonicTime
  /// When bytes were last found unread for which libmicrohttpd had had time.
  var leftUnreadAt = MonotonicTime(nanoseconds: .min)
  /// When a request that still waits for its answer is suspended.
  var suspendAt = MonotonicTime.distantFuture

  init(
    handle: OpaquePointer,
    socket: AcceptedSocket,
    slot: Int,
    openedAt: MonotonicTime,
    deadline: MonotonicTime
  ) {
    unsafe self.handle = handle
    self.slot = slot
    self.deadline = deadline
    heardAt = openedAt
    descriptor = socket.descriptor
    remoteAddress = socket.remoteAddress
  }

  /// Whether libmicrohttpd has read a whole head. While the stage is `readingHead` that is so only for a moment:
  /// before the head reaches us, or is refused.
  var headIsComplete: Bool { unsafe CMicroHTTPDHeaderBytes(handle) > 0 }

  /// The status of the answer that was queued, by us or by libmicrohttpd itself; nil where there is none.
  var queuedStatus: Int? {
    let status = unsafe CMicroHTTPDStatus(handle)
    return status == 0 ? nil : Int(status)
  }

  /// Whether the client has said that it sends nothing more, and nothing is left to read.
  var peerHasFinished: Bool { peekedCount == 0 }

  /// Whether the socket holds something that was not read yet.
  var hasUnreadBytes: Bool { peekedCount > 0 }

  private var peekedCount: Int {
    var byte: UInt8 = 0
    return unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
  }

  var isAwaitingResponse: Bool {
    if case .awaitingResponse = stage { true } else { false }
  }

  var isReadingHead: Bool {
    if case .readingHead = stage { true } else { false }
  }

  var isPausing: Bool {
    if case .pausing = stage { true } else { false }
  }

  /// Whether a body is arriving that is wanted, or was until it grew too long.
  var isReadingBody: Bool {
    switch stage {
    case .readingBody, .refusing: true
    case .idle, .readingHead, .pausing, .discarding, .awaitingResponse, .responding, .cut: false
    }
  }

  /// Whether a request, or the rest of one, is still to come.
  var awaitsClient: Bool {
    switch stage {
    case .idle, .readingHead, .readingBody, .discarding, .refusing: true
    case .pausing, .awaitingResponse, .responding, .cut: false
    }
  }

  var isIdle: Bool {
    if case .idle = stage { true } else { false }
  }

  /// The body, for good: the connection keeps none of it.
  func takeBody() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &body)
    return taken
  }

  /// Queues an answer and lets libmicrohttpd go on with the connection; false when it does not take it.
  func queue(_ response: HTTPResponse) -> Bool {
    if closesAfterResponse && !response.closesConnection { addCloseToRequest() }
    let queued = unsafe response.native.queue(on: handle, status: response.status)
    if isSuspended {
      isSuspended = false
      unsafe MHD_resume_connection(handle)
    }
    return queued
  }

  /// Puts the connection aside until its answer is queued. Only inside a callback of the connection.
  func suspend() {
    isSuspended = true
    unsafe MHD_suspend_connection(handle)
  }

  /// Ends the connection: `finalBytes` goes out as far as the socket takes it, then both directions close.
  func cut(finalBytes: [UInt8] = []) {
    if !finalBytes.isEmpty {
      // What has arrived and is not read would turn the end into a reset, which can take the farewell with it.
      for _ in 0..<64 where discardPiece(from: descriptor, maxBytes: 16 << 10) <= 0 { break }
      unsafe _ = send(descriptor, finalBytes, finalBytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }
    shutdown(descriptor, Int32(SHUT_RDWR))
    stage = .cut
    deadline = .distantFuture
  }

  /// libmicrohttpd closes after the answer, and says so in it, when the request asked for that: so the request
  /// is made to ask. The response itself may be shared with connections that stay open.
  private func addCloseToRequest() {
    let name: StaticString = "Connection"
    let value: StaticString = "close"
    name.withUTF8Buffer { name in
      value.withUTF8Buffer { value in
        unsafe _ = MHD_set_connection_value_n(
          handle,
          .HEADER_KIND,
          UnsafeRawPointer(name.baseAddress)?.assumingMemoryBound(to: CChar.self),
          name.count,
          UnsafeRawPointer(value.baseAddress)?.assumingMemoryBound(to: CChar.self),
          value.count
        )
      }
    }
  }
}
