internal import ShownText

/// One thing that is wrong with the configuration, or, as a warning, that should be looked at.
public struct Problem: Sendable, Equatable, CustomStringConvertible {
  /// Where it stands.
  public var place: ProblemPlace
  /// The key, from the root of the file: `handlers[2].retry.factor`. Empty when no key is to blame.
  public var key: String
  /// What is wrong and what to do, in whole sentences. Never holds a secret.
  public var message: String

  /// A problem at `place`.
  public init(place: ProblemPlace, key: String = "", message: String) {
    self.place = place
    self.key = key
    self.message = message
  }

  /// `file:line: message`, `environment NAME: message` or `--flag: message`.
  public var description: String { Shown.line("\(place): \(message)") }
}

/// Where a problem stands.
public enum ProblemPlace: Sendable, Equatable, CustomStringConvertible {
  /// In a file; line and column count from 1, the column in Unicode scalars. `nil`: the file as a whole.
  case file(String, line: Int? = nil, column: Int? = nil)
  /// In an environment variable.
  case environment(String)
  /// In a flag of the command line, with its dashes.
  case flag(String)

  /// As compilers write it.
  public var description: String {
    switch self {
    case .file(let path, let line?, _): "\(path):\(line)"
    case .file(let path, nil, _): path
    case .environment(let name): "environment \(name)"
    case .flag(let name): name
    }
  }
}

/// The configuration cannot be used. Holds every problem that was found, not just the first.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// The problems, in the order of the file; never empty.
  public let problems: [Problem]
  /// What else was found; may be empty.
  public let warnings: [Problem]

  /// `problems` without an element would be no error: `nil` then.
  init?(problems: [Problem], warnings: [Problem]) {
    guard !problems.isEmpty else { return nil }
    self.problems = problems
    self.warnings = warnings
  }

  /// One problem a line.
  public var description: String {
    problems.map(\.description).joined(separator: "\n")
  }
}
