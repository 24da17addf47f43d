/// A failure of a handler, as an operator is shown it.
public struct HandlerFailure: Sendable, Equatable {
  /// What went wrong; of a program the end of its standard error as well.
  public var reason: String
  /// When, in milliseconds since 1970.
  public var atMilliseconds: Int64
  /// The event that was handed over; nil where it was no event's attempt.
  public var eventID: String?
  /// Which attempt of that event it was, from 1; nil where it was no event's attempt.
  public var attempt: Int?

  /// The failure of the given parts.
  public init(reason: String, atMilliseconds: Int64, eventID: String? = nil, attempt: Int? = nil) {
    self.reason = reason
    self.atMilliseconds = atMilliseconds
    self.eventID = eventID
    self.attempt = attempt
  }
}

/// What programs that stay up did beside their work.
public struct ProgramFigures: Sendable, Equatable {
  /// Lines on standard output that are no answers.
  public var strayLines = 0
  /// Answers for an id that is not in flight: unknown, or answered before.
  public var unknownAnswers = 0
  /// Starts after the first.
  public var restarts = 0

  /// All zero.
  public init() {}
}

/// What a handler says of itself, beside the results of its attempts.
public struct HandlerReport: Sendable, Equatable {
  /// What keeps it from working now, also while there is no event to try it with; nil without any such thing.
  public var trouble: HandlerFailure?
  /// What its programs did; nil where it keeps none running.
  public var programs: ProgramFigures?

  /// A report of the given parts; without any, one of a handler that has nothing to say.
  public init(trouble: HandlerFailure? = nil, programs: ProgramFigures? = nil) {
    self.trouble = trouble
    self.programs = programs
  }
}
