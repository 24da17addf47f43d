/// How the answer to a send is disturbed, always in the same way for the same seed.
struct SendFaults {
  enum Fault {
    /// The send is answered 429 and does nothing.
    case refused
    /// The send takes effect and is answered 500.
    case failedAnswer
  }

  let refusedShare: Double
  let failedAnswerShare: Double
  private var generator: SeededGenerator

  init(refusedShare: Double, failedAnswerShare: Double, seed: UInt64) {
    self.refusedShare = refusedShare
    self.failedAnswerShare = failedAnswerShare
    generator = SeededGenerator(state: seed &+ 1)
  }

  mutating func draw() -> Fault? {
    let chance = Double.random(in: 0..<1, using: &generator)
    if chance < refusedShare { return .refused }
    return Double.random(in: 0..<1, using: &generator) < failedAnswerShare ? .failedAnswer : nil
  }
}

/// Which deliveries are lost for good.
struct LossDice {
  let share: Double
  private var generator: SeededGenerator

  init(share: Double, seed: UInt64) {
    self.share = share
    generator = SeededGenerator(state: seed &+ 2)
  }

  mutating func draw() -> Bool {
    Double.random(in: 0..<1, using: &generator) < share
  }
}

/// Counts calls in each second.
struct RateLimiter {
  let callsPerSecond: Int?
  private var second: Int64 = -1
  private var count = 0

  init(callsPerSecond: Int?) {
    self.callsPerSecond = callsPerSecond
  }

  mutating func admit(at microseconds: Int64) -> Bool {
    guard let callsPerSecond else { return true }
    if microseconds / 1_000_000 != second {
      second = microseconds / 1_000_000
      count = 0
    }
    count += 1
    return count <= callsPerSecond
  }
}
