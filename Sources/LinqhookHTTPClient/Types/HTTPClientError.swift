/// Why there is no answer. Neither headers nor the URL's path, query and credentials are ever in it: of a
/// URL only scheme, host and port are told.
public struct HTTPClientError: Error, Sendable, Equatable {
  /// The kind of failure, for code that decides.
  public enum Code: String, Sendable, CaseIterable {
    /// The client's configuration cannot work.
    case invalidConfiguration
    /// The URL is not an absolute `http` or `https` URL.
    case invalidURL
    /// Something else of the request cannot be sent as it is: method, headers, time-out, a part's file.
    case invalidRequest
    /// The host's name was not found.
    case resolve
    /// No connection came up.
    case connect
    /// Every address of the host is one that the client must not connect to; trying again does not help.
    case forbiddenAddress
    /// It took too long.
    case timeout
    /// The TLS handshake failed or the certificate is not trusted.
    case tls
    /// The answer's headers are over the limit.
    case tooLarge
    /// The file that the answer was to go into could not be written.
    case storage
    /// The task was cancelled, or the client is shut down.
    case cancelled
    /// The connection broke, or what came back is not HTTP.
    case other
  }

  /// The kind of failure.
  public var code: Code
  /// What is wrong and what to do, in whole sentences.
  public var description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}

extension HTTPClientError: CustomStringConvertible {}

extension HTTPClientError {
  static let taskCancelled = HTTPClientError(
    .cancelled,
    "The request was given up because its task was cancelled."
  )

  static let shutDown = HTTPClientError(
    .cancelled,
    "The request was given up because the HTTP client is shut down. Send it with a new client."
  )

  static let outOfResources = HTTPClientError(
    .other,
    "libcurl could not be set up. Check the memory and the limit of open files (ulimit -n) of this process."
  )
}
