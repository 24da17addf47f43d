/// The reason why a call of the Partner API failed. It never contains the integration token.
public struct LinqAPIError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure, for code that decides.
  public enum Code: String, Sendable, CaseIterable {
    /// There is no token, Linq does not accept it, or the address is not valid.
    case configuration
    /// The input is not valid; nothing was sent.
    case invalidInput
    /// Linq refused the request; see the status.
    case refused
    /// Linq's rate limit is reached, and the call may not wait longer.
    case rateLimited
    /// Linq answered with a fault on its side.
    case unavailable
    /// There was no connection; nothing was sent.
    case unreachable
    /// The request was sent, and no complete answer arrived.
    case noAnswer
    /// The answer is not the expected JSON.
    case unreadableAnswer
    /// Something failed on this machine, whatever the input.
    case fault
  }

  /// The kind of failure.
  public let code: Code
  /// The status of the answer, if there was one.
  public let status: Int?
  /// The problem and what to do about it, in whole sentences.
  public let description: String

  init(_ code: Code, status: Int? = nil, _ description: String) {
    self.code = code
    self.status = status
    self.description = description
  }

  /// An error for something that failed on this machine before the call.
  public init(fault description: String) {
    self.init(.fault, description)
  }

  /// The same error with one more sentence.
  func adding(_ sentence: String) -> LinqAPIError {
    LinqAPIError(code, status: status, "\(description) \(sentence)")
  }
}
