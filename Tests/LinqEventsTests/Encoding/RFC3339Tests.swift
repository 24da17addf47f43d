import LinqEvents
import Testing

@Suite struct RFC3339Tests {
  /// Expected values by `date -u -d … +%s`.
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
      ("2026-02-05T19:31:13.736Z", 1_770_319_873_736),
      ("2026-02-05T19:31:13.7369999Z", 1_770_319_873_736),
      ("2026-02-05T19:31:13.123456789Z", 1_770_319_873_123),
      ("2026-02-05T19:31:13.7Z", 1_770_319_873_700), ("2025-10-22T10:31:00-06:00", 1_761_150_660_000),
      ("2025-10-22 10:31:00 -0600", 1_761_150_660_000), ("2025-10-22t16:31:00z", 1_761_150_660_000),
      ("2025-10-22T22:01:00+05:30", 1_761_150_660_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000),
      ("2000-02-29T12:00:00Z", 951_825_600_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
      ("0000-01-01T00:00:00Z", -62_167_219_200_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000),
    ] as [(String, Int64)]
  )
  func timeIsRead(text: String, milliseconds: Int64) {
    #expect(RFC3339.milliseconds(text) == milliseconds)
  }

  @Test(arguments: [
    "", "2025-10-22", "2025-10-22T10:31:00", "2025-10-22T10:31Z", "2025-13-01T00:00:00Z",
    "2025-00-01T00:00:00Z",
    "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2025-04-31T00:00:00Z", "2025-01-00T00:00:00Z",
    "2025-10-22T24:00:00Z", "2025-10-22T10:60:00Z", "2025-10-22T10:31:61Z", "2025-10-22T10:31:00.Z",
    "2025-10-22T10:31:00.1234567890Z", "2025-10-22T10:31:00+24:00", "2025-10-22T10:31:00+0",
    "25-10-22T10:31:00Z",
    "2025-10-22T10:31:00Z ", " 2025-10-22T10:31:00Z", "2025-1-22T10:31:00Z", "2025-10-22T10:31:00,5Z",
    "２025-10-22T10:31:00Z", "+2025-10-22T10:31:00Z",
  ])
  func otherTextIsNoTime(text: String) {
    #expect(RFC3339.milliseconds(text) == nil)
  }

  @Test func writingAndReadingAgree() {
    for day in stride(from: Int64(-719_528), through: 2_932_896, by: 97) {
      let milliseconds = day * 86_400_000 + (abs(day) * 7_919) % 86_400_000
      #expect(RFC3339.milliseconds(RFC3339.text(milliseconds: milliseconds)) == milliseconds)
    }
  }

  @Test func everyDayAroundLeapYearsIsWrittenOnce() {
    var last = RFC3339.text(milliseconds: 0)
    for day in Int64(1)..<1_600 {
      let text = RFC3339.text(milliseconds: day * 86_400_000)
      #expect(text > last)
      last = text
    }
    #expect(RFC3339.text(milliseconds: 951_825_600_001) == "2000-02-29T12:00:00.001Z")
    #expect(RFC3339.text(milliseconds: -1) == "1969-12-31T23:59:59.999Z")
  }
}
