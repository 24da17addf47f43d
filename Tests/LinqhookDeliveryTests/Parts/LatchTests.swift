import Testing

@testable import LinqhookDelivery

@Suite(.timeLimit(.minutes(1)))
struct LatchTests {
  @Test func aDeadlineThatHasPassedIsNotWaitedFor() async {
    let clock = ManualClock()
    for _ in 0..<5000 {
      let hasOpened = await Latch().wait(until: .zero, clock: clock)
      #expect(!hasOpened)
    }
  }

  @Test func anOpenLatchLetsThroughWhateverTheDeadline() async {
    let latch = Latch()
    latch.open()
    #expect(await latch.wait(until: .zero, clock: ManualClock()))
    #expect(await latch.wait(until: .seconds(1), clock: ManualClock()))
  }

  @Test func whoeverWaitsIsLetThroughWhenItOpens() async {
    let latch = Latch()
    async let first = latch.wait(until: .seconds(1), clock: ManualClock())
    async let second: Void = latch.wait()
    latch.open()
    #expect(await first)
    await second
  }
}
