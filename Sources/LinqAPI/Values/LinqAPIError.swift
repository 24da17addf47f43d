/// Why a call of the Partner API gave no result. The integration token is never in it.
public struct LinqAPIError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure, for code that decides.
  public enum Code: String, Sendable, CaseIterable {
    /// No token, a token that Linq does not accept, or an address that is none.
    case configuration
    /// What was to be sent is not good; nothing was sent.
    case invalidInput
    /// This version of the API has no such call; nothing was sent.
    case unsupported
    /// Linq refused the request: its status says why.
    case refused
    /// Linq's rate limit, and the time to wait was over.
    case rateLimited
    /// Linq answered with a fault of its own.
    case unavailable
    /// No connection came up; nothing was sent.
    case unreachable
    /// The request went out, and no whole answer came back.
    case noResponse
    /// An answer that is not the JSON that was expected.
    case unreadableResponse
    /// Something failed on this machine that cannot be blamed on anybody's input.
    case fault
  }

  /// The kind of failure.
  public let code: Code
  /// The status of the answer, if there was one.
  public let status: Int?
  /// Linq's own number of the error, such as 2024 for a recipient who opted out; V3 only.
  public var linqCode: Int?
  /// How long Linq asks to wait, in seconds, if it does.
  public var retryAfter: Duration?
  /// What is wrong and what to do, in whole sentences.
  public let description: String

  init(_ code: Code, status: Int? = nil, _ description: String) {
    self.code = code
    self.status = status
    self.description = description
  }

  /// Something failed on this machine before the call.
  public init(fault description: String) {
    self.init(.fault, description)
  }

  /// The same with a further sentence.
  func adding(_ sentence: String) -> LinqAPIError {
    var error = LinqAPIError(code, status: status, "\(description) \(sentence)")
    error.linqCode = linqCode
    error.retryAfter = retryAfter
    return error
  }

  /// A call that only the other version has.
  static func unsupported(_ what: String, in version: APIVersion) -> LinqAPIError {
    let other = version == .v2 ? APIVersion.v3 : .v2
    return LinqAPIError(
      .unsupported,
      "Partner API \(version.rawValue.uppercased()) has no call for \(what). Use --api \(other.rawValue)."
    )
  }
}
