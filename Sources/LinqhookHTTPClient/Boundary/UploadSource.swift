import CCurl
import Glibc

/// The file that is a request's body, while libcurl reads it. libcurl begins again from the start where a kept connection
/// turns out to be dead, so the position is kept here and not in the descriptor.
final class UploadSource {
  private let descriptor: Int32
  private let byteCount: Int64
  private var position: Int64 = 0
  /// Why it cannot be read to its end; nil while it can.
  private(set) var trouble: String?

  init(_ file: UploadFile) throws(HTTPClientError) {
    byteCount = file.byteCount
    // It was a regular file when it was looked at. What has its name by now must not block the client's thread.
    descriptor = unsafe open(file.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(file.path)
    }
    guard Int64(status.st_size) == byteCount else { throw .changed(file.path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Fills the buffer as far as there is something left; nil where that failed.
  fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    let wanted = min(buffer.count, Int(clamping: byteCount - position))
    while wanted > 0 {
      let count = unsafe pread(descriptor, buffer.baseAddress, wanted, off_t(position))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        trouble = unsafe count == 0 ? "it has become shorter" : String(cString: strerror(errno))
        return nil
      }
      position += Int64(count)
      return count
    }
    return 0
  }

  fileprivate func seek(to offset: Int64) -> Bool {
    guard (0...byteCount).contains(offset) else { return false }
    position = offset
    return true
  }
}

extension CurlEasy {
  /// Has the body read from a file. The source must live as long as the handle.
  func setBody(_ source: UploadSource, byteCount: Int64) throws(CurlOptionFailure) {
    let context = unsafe Unmanaged.passUnretained(source).toOpaque()
    try set(CURLOPT_UPLOAD, 1)
    try unsafe ccurl_easy_set_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(byteCount)).check()
    try unsafe set(CURLOPT_READDATA, context)
    try unsafe set(CURLOPT_SEEKDATA, context)
    try unsafe ccurl_easy_set_read_function(handle, onRead).check()
    try unsafe ccurl_easy_set_seek_function(handle, onSeek).check()
  }
}

// libcurl's callbacks: recover the source, wrap the pointer, call one method, map the result.

private let onRead: curl_read_callback = { bytes, size, count, context in
  guard let context = unsafe context else { return Int(CURL_READFUNC_ABORT) }
  let source = unsafe Unmanaged<UploadSource>.fromOpaque(context).takeUnretainedValue()
  let buffer = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
  return unsafe source.read(into: buffer) ?? Int(CURL_READFUNC_ABORT)
}

private let onSeek: curl_seek_callback = { context, offset, origin in
  guard let context = unsafe context, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
  let source = unsafe Unmanaged<UploadSource>.fromOpaque(context).takeUnretainedValue()
  return source.seek(to: Int64(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}

extension HTTPClientError {
  static func unreadable(_ path: String) -> HTTPClientError {
    HTTPClientError(
      .invalidRequest,
      "\(path.debugDescription) is not a readable file. Name a regular file that this process may read."
    )
  }

  fileprivate static func changed(_ path: String) -> HTTPClientError {
    HTTPClientError(
      .invalidRequest,
      "The file \(path.debugDescription) has changed its length before it was sent. Send it when it is complete."
    )
  }
}
