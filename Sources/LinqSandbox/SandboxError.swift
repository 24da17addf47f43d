import HTTPClient
import MicroHTTP

/// Why a sandbox did not start.
public struct SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String

  init(_ error: HTTPServerError) {
    description = error.description
  }

  init(_ error: HTTPClientError) {
    description = error.description
  }
}
