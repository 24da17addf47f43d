import LinqEvents
import LinqhookAuthentication
import LinqhookHTTPClient
import LogSupport
import Testing

@testable import LinqhookDaemon

@Suite struct AlarmTests {
  private let limit = Duration.seconds(1800)

  @Test func silenceIsSaidOnceAndAgainOnlyAfterSomethingCame() {
    var alarm = SilenceAlarm(acceptedCount: 7, at: .zero)
    #expect(alarm.observe(acceptedCount: 7, at: .seconds(1799), after: limit) == nil)
    #expect(alarm.observe(acceptedCount: 7, at: .seconds(1800), after: limit) == .seconds(1800))
    #expect(alarm.observe(acceptedCount: 7, at: .seconds(9000), after: limit) == nil)
    #expect(alarm.observe(acceptedCount: 8, at: .seconds(9001), after: limit) == nil)
    #expect(alarm.observe(acceptedCount: 8, at: .seconds(10_800), after: limit) == nil)
    #expect(alarm.observe(acceptedCount: 8, at: .seconds(10_801), after: limit) == .seconds(1800))
  }

  @Test func trafficKeepsTheAlarmQuiet() {
    var alarm = SilenceAlarm(acceptedCount: 0, at: .zero)
    for minute in 1...600 {
      #expect(alarm.observe(acceptedCount: minute, at: .seconds(minute * 60), after: .seconds(61)) == nil)
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

  /// Then nothing is verified any more.
  @Test(.timeLimit(.minutes(1))) func aClockPastTheToleranceIsSaid() async throws {
    let operated = try await OperatedReceiver()
    let request = try Self.request(to: operated, ageSeconds: 3600)
    #expect(try await operated.client.send(request).status == 503)
    let watch = AlarmWatch(receiver: operated.receiver, environment: [:], logger: operated.log.logger)
    let watching = Task { await watch.run() }
    while !operated.log.text.contains("clock differs from Linq's") {
      try Task.checkCancellation()
      await Task.yield()
    }
    #expect(operated.log.text.contains(#""skew_seconds": 36"#))
    watching.cancel()
    await watching.value
    await operated.stop()
  }

  private static func request(to operated: OperatedReceiver, ageSeconds: Int64) throws -> OutgoingRequest {
    let signer = try SignatureSigner(scheme: .v3, secret: try Secret(OperatedReceiver.secret))
    let body = OperatedReceiver.body("evt_1")
    let headers = signer.headers(
      eventID: "evt_1",
      timestampSeconds: WallClock.milliseconds() / 1000 - ageSeconds,
      body: body.span
    )
    return OutgoingRequest(
      method: "POST",
      url: "http://\(operated.receiver.addresses.joined())/webhooks/linq",
      headers: headers.map { HTTPField($0.name, $0.value) },
      body: .bytes(body)
    )
  }
}
