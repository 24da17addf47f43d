import LinqAPI

/// What became of one action.
enum SendOutcome: Equatable {
  /// Linq has it.
  case sent
  /// It has to wait, and that is nobody's fault.
  case wait(reason: String, for: Duration)
  /// It failed and may go through later; Linq may have carried it out all the same.
  case again(reason: String, after: Duration?)
  /// Another moment is worth one more try: the chat is still being made, for example.
  case conflict(reason: String)
  /// The key, or something else that the action names, leads to nothing.
  case notFound(reason: String, linqCode: Int?)
  /// It never will go through.
  case dead(reason: String)

  private static let waitWithoutRetryAfter = Duration.seconds(5)

  /// What a failed call means.
  init(_ error: LinqAPIError) {
    let reason = error.description
    switch error.code {
    case .rateLimited:
      self = .wait(reason: reason, for: error.retryAfter ?? Self.waitWithoutRetryAfter)
    case .unavailable, .unreachable, .noResponse, .unreadableResponse, .fault:
      self = .again(reason: reason, after: error.retryAfter)
    case .refused where error.status == 408: self = .again(reason: reason, after: nil)
    case .refused where error.status == 409: self = .conflict(reason: reason)
    case .refused where error.status == 404: self = .notFound(reason: reason, linqCode: error.linqCode)
    case .refused, .configuration, .invalidInput, .unsupported: self = .dead(reason: reason)
    }
  }
}
