import Testing

@testable import LinqhookDelivery

@Suite struct ParkingAllowanceTests {
  private func taken(_ allowance: inout ParkingAllowance, at now: Duration) -> Int {
    var count = 0
    while allowance.take(now: now) { count += 1 }
    return count
  }

  private func check(_ count: Int, _ expected: Int) { #expect(count == expected) }

  @Test func standingStillBuysRowsAndEachTenthOfASecondCounts() {
    var allowance = ParkingAllowance()
    check(taken(&allowance, at: .zero), 0)
    #expect(allowance.nextAt == .milliseconds(100))
    check(taken(&allowance, at: .milliseconds(99)), 0)
    check(taken(&allowance, at: .milliseconds(100)), 512)
    #expect(allowance.nextAt == .milliseconds(200))
    check(taken(&allowance, at: .milliseconds(200)), 512)
  }

  @Test func anIntakeThatGoesOnBuysNothing() {
    var allowance = ParkingAllowance()
    check(taken(&allowance, at: .zero), 0)
    allowance.endStall()
    check(taken(&allowance, at: .seconds(1)), 0)
    #expect(allowance.nextAt == .milliseconds(1100))
  }
}
