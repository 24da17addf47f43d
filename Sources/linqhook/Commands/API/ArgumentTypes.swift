public import ArgumentParser
public import LinqAPI

// Values that the command line can hold directly.
extension ResourceID: ExpressibleByArgument {}
extension APIVersion: ExpressibleByArgument {}

extension ReactionType: ExpressibleByArgument {
  /// Reads a word or an emoji.
  public init?(argument: String) { self.init(argument) }

  /// What the shell completes.
  public static var allValueStrings: [String] { Tapback.allCases.map(\.rawValue) }
}
