public import ArgumentParser
public import LinqAPI

// Values that the command line can hold directly.
extension ResourceID: ExpressibleByArgument {}
extension ReactionType: ExpressibleByArgument {}
