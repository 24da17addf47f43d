/// Something that a database did not do, said so that an operator can act on it. It holds no secret and no parameter.
public struct PostgreSQLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind.
  public enum Code: Sendable, Equatable {
    /// No host could be reached, or none of them takes writes.
    case unreachable
    /// The server turned the user away: password, certificate, database, or TLS.
    case refused
    /// The answer did not come in time. What was asked may have taken effect.
    case timedOut
    /// The connection broke. What was asked may have taken effect.
    case disconnected
    /// The session is closed.
    case closed
    /// The server's own error (https://www.postgresql.org/docs/current/errcodes-appendix.html).
    case server(sqlState: String)
    /// The answer is not of the form that was asked for.
    case badResult
  }

  /// The kind.
  public let code: Code
  /// A whole sentence: what is wrong and what to do.
  public let description: String

  /// An error of this kind with this sentence.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}

/// Something that the server said beside an answer.
public struct PostgreSQLNotice: Sendable, Equatable {
  /// `WARNING`, `NOTICE` and the like.
  public let severity: String
  /// Its SQLSTATE.
  public let sqlState: String
  /// Its first line.
  public let message: String
}
