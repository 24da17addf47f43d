public import ArgumentParser
public import LinqAPI

// Values that can be written on the command line as they are.
extension ResourceID: ExpressibleByArgument {}
extension ReactionType: ExpressibleByArgument {}
