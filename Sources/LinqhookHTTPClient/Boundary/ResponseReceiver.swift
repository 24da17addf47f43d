import CCurl
import Glibc

/// Takes what libcurl calls back with, within the limits of one request.
final class ResponseReceiver {
  /// Why the transfer was ended from here.
  enum Interruption {
    case headerLimit
    case bodyLimit
    case storage
  }

  private let maxBodyBytes: Int
  private let refusesLinkLocal: Bool
  private let reachable: ReachableAddresses
  private let download: DownloadTarget?
  private var file: DownloadFile?
  private var status = 0
  private var hasOpenedSocket = false
  private var hasForbiddenAddress = false
  private var headerBytesLeft: Int
  /// Whether the last head came to its empty line. libcurl 7.88 takes a connection that closes in the middle
  /// of a head for the end of an empty answer, and its `200` for a success.
  private(set) var hasWholeHead = false
  private(set) var body: [UInt8] = []
  private(set) var interruption: Interruption?
  /// Whether a connection was not made because of its address.
  private(set) var refusedAddress = false

  init(_ request: OutgoingRequest, _ configuration: HTTPClientConfiguration) {
    maxBodyBytes = request.maxResponseBytes
    headerBytesLeft = configuration.maxResponseHeaderBytes
    refusesLinkLocal = configuration.refusesLinkLocalAddresses
    reachable = configuration.reachableAddresses
    download = request.download
  }

  /// Whether no address of the host could be tried.
  var isForbiddenAddress: Bool { hasForbiddenAddress && !hasOpenedSocket }
  /// What is the matter with the file; nil while it is well.
  var storageTrouble: String? { file?.trouble }
  /// The length of the finished file.
  var savedByteCount: Int64? { file?.finishedByteCount }

  /// Puts the whole file in its place, if there is one; false where that failed.
  func finishFile() -> Bool {
    guard let download, status == 200 else { return true }
    let file = self.file ?? DownloadFile(download)
    self.file = file
    if !file.finish() { interruption = .storage }
    return interruption == nil
  }

  /// Counts a line of a head; false ends the transfer. The headers are asked from libcurl at the end.
  fileprivate func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    headerBytesLeft -= line.count
    if unsafe line.starts(with: "HTTP/".utf8) {
      hasWholeHead = false
      status = unsafe Self.status(line)
    }
    if let download, status == 200, let length = unsafe Self.contentLength(line), length > download.maxBytes {
      interruption = .bodyLimit
    }
    if unsafe line.elementsEqual("\r\n".utf8) || line.elementsEqual("\n".utf8) { hasWholeHead = true }
    if headerBytesLeft < 0 { interruption = .headerLimit }
    return interruption == nil
  }

  /// Keeps a piece of the body; false ends the transfer.
  fileprivate func takeBody(_ piece: UnsafeRawBufferPointer) -> Bool {
    if let download, status == 200 { return unsafe save(piece, download) }
    let room = maxBodyBytes - body.count
    unsafe body.append(contentsOf: piece.prefix(room))
    if piece.count > room { interruption = .bodyLimit }
    return interruption == nil
  }

  private func save(_ piece: UnsafeRawBufferPointer, _ download: DownloadTarget) -> Bool {
    let file = self.file ?? DownloadFile(download)
    self.file = file
    if file.byteCount + Int64(piece.count) > download.maxBytes {
      interruption = .bodyLimit
    } else if unsafe !file.append(piece) {
      interruption = .storage
    }
    return interruption == nil
  }

  /// The number behind the blank of `HTTP/1.1 200 OK`.
  private static func status(_ line: UnsafeRawBufferPointer) -> Int {
    let text = unsafe String(decoding: line.prefix(32), as: UTF8.self)
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
  }

  private static func contentLength(_ line: UnsafeRawBufferPointer) -> Int64? {
    let name = "content-length:"
    let text = unsafe String(decoding: line.prefix(64), as: UTF8.self).lowercased()
    guard text.hasPrefix(name) else { return nil }
    return Int64(text.dropFirst(name.count).filter { !$0.isWhitespace })
  }

  /// Opens a socket for an address, or not; children of this process do not get it.
  fileprivate func openSocket(_ address: curl_sockaddr, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    // struct sockaddr_in and sockaddr_in6 of Linux: the address is at offset 4 and 8.
    let host =
      switch address.family {
      case AF_INET: unsafe bytes.dropFirst(4).prefix(4)
      case AF_INET6: unsafe bytes.dropFirst(8).prefix(16)
      default: unsafe bytes.prefix(0)
      }
    // A unix socket is the caller's own choice, and has no bytes here.
    if address.family != AF_UNIX, unsafe !reachable.allows(host) {
      hasForbiddenAddress = true
      return -1
    }
    if unsafe refusesLinkLocal && LinkLocalAddress.contains(host) {
      refusedAddress = true
      return -1
    }
    hasOpenedSocket = true
    return socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
  }
}

extension CurlEasy {
  /// Has the receiver called back. It must live as long as the handle.
  func setReceiver(_ receiver: ResponseReceiver) throws(CurlOptionFailure) {
    let context = unsafe Unmanaged.passUnretained(receiver).toOpaque()
    try unsafe set(CURLOPT_HEADERDATA, context)
    try unsafe set(CURLOPT_WRITEDATA, context)
    try unsafe set(CURLOPT_OPENSOCKETDATA, context)
    try unsafe ccurl_easy_set_write_function(handle, CURLOPT_HEADERFUNCTION, onHeader).check()
    try unsafe ccurl_easy_set_write_function(handle, CURLOPT_WRITEFUNCTION, onBody).check()
    try unsafe ccurl_easy_set_socket_function(handle, onOpenSocket).check()
  }
}

// libcurl's callbacks: recover the receiver, wrap the pointers, call one method, map the result. A count
// other than the one given makes libcurl end the transfer.

private let onHeader: curl_write_callback = { bytes, size, count, context in
  guard let context = unsafe context else { return 0 }
  let receiver = unsafe Unmanaged<ResponseReceiver>.fromOpaque(context).takeUnretainedValue()
  let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  return unsafe receiver.takeHeader(line) ? size * count : size * count + 1
}

private let onBody: curl_write_callback = { bytes, size, count, context in
  guard let context = unsafe context else { return 0 }
  let receiver = unsafe Unmanaged<ResponseReceiver>.fromOpaque(context).takeUnretainedValue()
  let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  return unsafe receiver.takeBody(piece) ? size * count : size * count + 1
}

private let onOpenSocket: curl_opensocket_callback = { context, _, address in
  guard let context = unsafe context, let address = unsafe address else { return -1 }
  let receiver = unsafe Unmanaged<ResponseReceiver>.fromOpaque(context).takeUnretainedValue()
  let bytes = unsafe UnsafeRawBufferPointer(
    start: ccurl_address_bytes(address),
    count: Int(address.pointee.addrlen)
  )
  return unsafe receiver.openSocket(address.pointee, bytes)
}
