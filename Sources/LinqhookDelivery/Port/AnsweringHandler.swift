/// A target that may answer an event. It only names its answer: the caller keeps it with the delivery, and sends it.
public protocol AnsweringHandler: EventHandler {
  /// Hands over one event, by the rules of `handle`, and returns the target's answer.
  func answer(_ attempt: DeliveryAttempt) async -> ProgramAnswer
}

/// The outcome of an event at an answering target.
public enum ProgramAnswer: Sendable {
  /// It did not go through, or it did and nothing is to be sent.
  case result(DeliveryResult)
  /// It went through; these bytes of standard output are to be sent as one text.
  case text([UInt8])
  /// It went through; standard output holds one action a line, each a JSON object.
  case lines([UInt8])
  /// It went through; the actions are the elements of this JSON array.
  case list([UInt8])
}
