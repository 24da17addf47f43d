/// A promise that was broken.
enum Violation: Equatable {
  /// Acknowledged events that no line shows.
  case lost([String])
  /// Events with more lines than one.
  case doubled([String])
  /// A chat whose lines do not stand in the order of acceptance.
  case reordered(chat: Int)
  /// Lines that are not whole.
  case torn(Int)
  /// Lines of events that nobody has sent.
  case unknown([String])
  /// Acknowledged is not delivered + dead + pending.
  case unbalanced(acknowledged: Int, delivered: Int, dead: Int, pending: Int)
  /// Answers that would have made Linq give up: 4xx other than 429.
  case refusedForGood(status: Int, count: Int)
}
