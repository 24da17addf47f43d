import Testing

@testable import Daemon

@Suite struct AlarmTests {
  private let limit = Duration.seconds(1800)

  @Test func silenceIsSaidOnceAndAgainOnlyAfterSomethingCame() {
    var alarm = SilenceAlarm(verifiedCount: 7, at: .zero)
    #expect(alarm.observe(verifiedCount: 7, at: .seconds(1799), after: limit) == nil)
    #expect(alarm.observe(verifiedCount: 7, at: .seconds(1800), after: limit) == .seconds(1800))
    #expect(alarm.observe(verifiedCount: 7, at: .seconds(9000), after: limit) == nil)
    #expect(alarm.observe(verifiedCount: 8, at: .seconds(9001), after: limit) == nil)
    #expect(alarm.observe(verifiedCount: 8, at: .seconds(10_800), after: limit) == nil)
    #expect(alarm.observe(verifiedCount: 8, at: .seconds(10_801), after: limit) == .seconds(1800))
  }

  @Test func trafficKeepsTheAlarmQuiet() {
    var alarm = SilenceAlarm(verifiedCount: 0, at: .zero)
    for minute in 1...600 {
      #expect(alarm.observe(verifiedCount: minute, at: .seconds(minute * 60), after: .seconds(61)) == nil)
    }
  }

  @Test func aSkewIsSaidWhenItBeginsAndWhenItIsOver() {
    var alarm = SkewAlarm()
    #expect(alarm.observe(skewSeconds: 59) == nil)
    #expect(alarm.observe(skewSeconds: -60) == .apart(seconds: -60))
    #expect(alarm.observe(skewSeconds: 90) == nil)
    #expect(alarm.observe(skewSeconds: 3) == .together)
    #expect(alarm.observe(skewSeconds: 3) == nil)
  }
}
