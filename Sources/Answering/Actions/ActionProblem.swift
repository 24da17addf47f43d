/// Why what a program wants done cannot be done. Its text never repeats what the program wrote.
public struct ActionProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// A whole sentence: what is wrong and where, and what to do.
  public let description: String

  init(_ description: String) { self.description = description }

  /// One entry is wrong.
  ///
  /// - Parameters:
  ///   - place: such as `Line 3 of the program's output`.
  ///   - fault: what is wrong with it, such as `it is no JSON object`.
  static func entry(_ place: String, _ fault: String) -> ActionProblem {
    ActionProblem("\(place) is no action: \(fault). Nothing was sent.")
  }
}

/// What is wrong with one entry: the rest of a sentence, without the full stop.
struct EntryFault: Error {
  let sentence: String

  init(_ sentence: String) { self.sentence = sentence }
}
