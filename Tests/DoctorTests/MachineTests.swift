import Testing

@testable import Doctor

@Suite struct MachineTests {
  @Test(arguments: [
    (Int64(10), Finding.Level.problem), (200, .warning), (4000, .good),
  ]) func judgesTheDiskByWhatTheStoreMayStillTake(freeMegabytes: Int64, level: Finding.Level) {
    let finding = DiskReading.judge(
      freeBytes: freeMegabytes << 20,
      usedBytes: 100 << 20,
      maxBytes: 2 << 30,
      folder: "/var/lib/linqhook"
    )
    #expect(finding.level == level)
  }

  @Test(arguments: [
    (Int64(0), Finding.Level.good), (30, .warning), (-30, .warning), (400, .problem), (-400, .problem),
  ]) func judgesTheClockByTheTolerance(seconds: Int64, level: Finding.Level) {
    let finding = ClockReading.compare(
      dateHeader: "Sun, 06 Nov 1994 08:49:37 GMT",
      with: "api.linqapp.com",
      askedAtMilliseconds: 784_111_777_000 + seconds * 1000,
      toleranceSeconds: 300
    )
    #expect(finding?.level == level)
  }

  @Test(arguments: [
    ("Feb  2 12:00:00 2027 GMT", Finding.Level.good), ("Jan 20 12:00:00 2027 GMT", .warning), ("?", .warning),
  ])
  func warnsOfACertificateThatEndsSoon(expiry: String, level: Finding.Level) {
    // 15 January 2027.
    #expect(CertificateReading(expiry: expiry, nowMilliseconds: 1_800_000_000_000).finding.level == level)
  }

  @Test func aLineShowsHowBadItIs() {
    #expect(Finding(.problem, "name", "gone.").line == "[-] name: gone.")
    #expect(Finding(.warning, "disk", "small.").line == "[!] disk: small.")
    #expect(Finding(.good, "time", "5 ms.").line == "[+] time: 5 ms.")
  }
}
