import Testing

/// All parts stand below this one, so that they run one after the other: each disturbs the machine.
@Suite(.serialized) enum Faults {}
