/// The disturbances of one delivery.
struct InjectedFault: Sendable, Equatable {
  /// Whether it is never posted, as when a name does not resolve.
  var isLost = false
  /// Copies, sent at the same moment on other connections.
  var copyCount = 0
  /// Whether a copy with one changed bit is sent first.
  var isTampered = false
  /// Whether the first answer is lost.
  var isFirstAnswerLost = false
  /// How far the sender's clock is off, in seconds.
  var clockSkewSeconds: Int64 = 0
  /// The delay of the first try. The time scale is not yet applied.
  var delaySeconds = 0.0
  /// Whether it is sent without waiting for the events before it.
  var overtakes = false
}

/// Draws disturbances, always the same ones for the same seed.
struct FaultDice {
  private let scenarios: Set<SandboxConfiguration.Scenario>
  private var generator: SeededGenerator
  private var drawCount = 0

  init(scenarios: Set<SandboxConfiguration.Scenario>, seed: UInt64) {
    self.scenarios = scenarios
    generator = SeededGenerator(state: seed)
  }

  /// The first delivery gets every requested disturbance; the others get each with a chance of one half.
  mutating func draw() -> InjectedFault {
    var fault = InjectedFault()
    if hits(.duplicates) { fault.copyCount = Int.random(in: 1...3, using: &generator) }
    if hits(.tamper) { fault.isTampered = true }
    if hits(.drop) { fault.isFirstAnswerLost = true }
    if hits(.clockSkew) { fault.clockSkewSeconds = Bool.random(using: &generator) ? 600 : -600 }
    if hits(.slow) { fault.delaySeconds = Double.random(in: 1...20, using: &generator) }
    if hits(.reorder) {
      fault.overtakes = true
      fault.delaySeconds += Double.random(in: 0...3, using: &generator)
    }
    drawCount += 1
    return fault
  }

  private mutating func hits(_ scenario: SandboxConfiguration.Scenario) -> Bool {
    guard scenarios.contains(scenario) else { return false }
    // Drawn in any case, so that the sequence does not depend on which delivery is the first.
    let isHit = Bool.random(using: &generator)
    return isHit || drawCount == 0
  }
}
