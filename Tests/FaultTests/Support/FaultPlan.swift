import Foundation

/// How much to break, and with which random numbers. `LINQHOOK_FAULTS=full` asks for the numbers of
/// `Tests/run --faults`, a variable for another number of one thing, `LINQHOOK_SEED` for a run again.
enum FaultPlan {
  private static let environment = ProcessInfo.processInfo.environment

  /// What every random choice of a run comes from.
  static let seed: UInt64 = {
    let seed = environment["LINQHOOK_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999)
    print("LINQHOOK_SEED=\(seed)")
    return seed
  }()

  /// A number of rounds.
  static func count(_ variable: String, short: Int, full: Int) -> Int {
    if let asked = environment[variable].flatMap({ Int($0) }) { return asked }
    return environment["LINQHOOK_FAULTS"] == "full" ? full : short
  }

  /// Random numbers of one part: the same for the same seed, whatever other parts run.
  static func generator(_ part: String) -> SeededGenerator {
    SeededGenerator(seed: part.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
  }
}

/// SplitMix64: https://prng.di.unimi.it/splitmix64.c
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
