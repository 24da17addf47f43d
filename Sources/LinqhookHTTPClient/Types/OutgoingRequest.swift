/// A request to be sent.
public struct OutgoingRequest: Sendable {
  /// What goes out after the headers.
  public enum Body: Sendable {
    /// Nothing. A POST, PUT or PATCH says `Content-Length: 0`.
    case none
    /// These bytes, with the `Content-Type` that is among the headers, or none.
    case bytes([UInt8])
    /// A form of several parts, `multipart/form-data` (RFC 7578).
    case multipart([MultipartPart])
    /// The bytes of a file, with the `Content-Type` that is among the headers, or none. An upload that moves less than
    /// 1 KiB a second for half a minute is given up.
    case file(UploadFile)
  }

  /// The method, as it is on the wire: `GET`, `POST`, …
  public var method: String
  /// An absolute `http` or `https` URL. A user name and password in it are sent as Basic credentials.
  public var url: String
  /// Connect to this unix socket instead of the URL's host; the URL still gives `Host` and the path.
  public var unixSocketPath: String?
  /// Headers besides `Host`, `User-Agent` and `Accept`, which a line of the same name replaces.
  /// `Content-Length`, `Transfer-Encoding`, `Connection`, `Expect` and `Upgrade` belong to the client and
  /// are refused.
  public var headers: [HTTPField]
  /// What goes out after the headers.
  public var body: Body
  /// How long all of it may take, from `send` to the last byte of the answer, in seconds; the wait for a
  /// free connection counts too. More than 0, at most 86 400.
  public var timeout: Duration
  /// How many bytes of the answer's body are kept. When more arrive the transfer ends there: the response
  /// says `isTruncated`, and its connection is not used again.
  public var maxResponseBytes: Int
  /// Where the body of an answer of 200 goes; nil for memory. The body of another answer stays in memory in any case. A
  /// download that gets less than 1 KiB a second for half a minute is given up.
  public var download: DownloadTarget?

  /// The request of the given parts.
  public init(
    method: String,
    url: String,
    unixSocketPath: String? = nil,
    headers: [HTTPField] = [],
    body: Body = .none,
    timeout: Duration = .seconds(10),
    maxResponseBytes: Int = 64 * 1024
  ) {
    self.method = method
    self.url = url
    self.unixSocketPath = unixSocketPath
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.maxResponseBytes = maxResponseBytes
  }
}

/// One part of a `multipart/form-data` body (RFC 7578).
public struct MultipartPart: Sendable {
  /// Where a part's bytes come from.
  public enum Content: Sendable {
    /// From memory.
    case bytes([UInt8])
    /// From a regular file, read piece by piece while it is sent.
    case file(path: String)
  }

  /// The field's name; quotes and line ends in it are percent-encoded.
  public var name: String
  /// The file name to be told; nil tells none, or for a file the last part of its path.
  public var fileName: String?
  /// The part's `Content-Type`; nil says none, or for a file what its name suggests.
  public var contentType: String?
  /// The part's bytes.
  public var content: Content

  /// The part of the given pieces.
  public init(name: String, fileName: String? = nil, contentType: String? = nil, content: Content) {
    self.name = name
    self.fileName = fileName
    self.contentType = contentType
    self.content = content
  }
}
