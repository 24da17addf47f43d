import CCurl

/// The set of a client's transfers and its cache of connections.
///
/// Sendable without the compiler's proof: the driver's thread alone calls everything but `wakeUp`, which
/// libcurl allows from any thread as long as the handle lives, and it lives as long as this object.
@safe
final class CurlMulti: @unchecked Sendable {
  /// The longest sleep.
  private static let maxWait = Duration.seconds(60)

  private let handle: UnsafeMutableRawPointer

  init(_ configuration: HTTPClientConfiguration) throws(HTTPClientError) {
    guard CurlLibrary.isReady, let handle = unsafe curl_multi_init() else { throw .outOfResources }
    unsafe self.handle = unsafe handle
    let limits = [
      (CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maxConnectionsPerHost),
      (CURLMOPT_MAXCONNECTS, configuration.maxIdleConnections),
    ]
    for (option, value) in limits {
      guard unsafe ccurl_multi_set_long(handle, option, value) == CURLM_OK else { throw .outOfResources }
    }
  }

  deinit {
    unsafe curl_multi_cleanup(handle)
  }

  /// Ends the current or the next `wait`.
  func wakeUp() {
    _ = unsafe curl_multi_wakeup(handle)
  }

  func add(_ easy: CurlEasy) throws(HTTPClientError) {
    guard unsafe curl_multi_add_handle(handle, easy.handle) == CURLM_OK else { throw .outOfResources }
  }

  func remove(_ easy: CurlEasy) {
    _ = unsafe curl_multi_remove_handle(handle, easy.handle)
  }

  /// Lets every transfer go on; false when libcurl itself is in trouble.
  func perform() -> Bool {
    var runningCount: Int32 = 0
    return unsafe curl_multi_perform(handle, &runningCount) == CURLM_OK
  }

  /// Sleeps until there is something to do or the moment has come; false when libcurl itself is in trouble.
  func wait(until deadline: ContinuousClock.Instant?) -> Bool {
    let rest = deadline.map { max(.zero, min(Self.maxWait, $0 - .now)) } ?? Self.maxWait
    // Rounded up: a sleep of 0 would come back again and again through the last millisecond.
    let milliseconds = Int32((rest / .milliseconds(1)).rounded(.up))
    return unsafe curl_multi_poll(handle, nil, 0, milliseconds, nil) == CURLM_OK
  }

  /// The next transfer that is over, by the id it was made with.
  func nextFinished() -> (id: Int, code: CURLcode)? {
    var remainingCount: Int32 = 0
    while let message = unsafe curl_multi_info_read(handle, &remainingCount) {
      guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
      return unsafe (CurlEasy.id(of: message.pointee.easy_handle), message.pointee.data.result)
    }
    return nil
  }
}
