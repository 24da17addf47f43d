import Foundation
import TestKit

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
  static func generator(_ part: String) -> SeededRandom {
    SeededRandom(seed: part.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
  }
}
