import LinqhookHTTPClient
import MicroHTTP

/// Why a sandbox did not start.
public struct SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The problem and what to do about it.
  public let description: String

  init(_ error: HTTPServerError) {
    description = error.description
  }

  init(_ error: HTTPClientError) {
    description = error.description
  }
}
