import Supervision
import Testing

@Suite struct OpenFileLimitTests {
  @Test func raisingTwiceGivesTheHardLimitBothTimes() {
    let first = OpenFileLimit.raise()
    #expect(first >= 1024)
    #expect(OpenFileLimit.raise() == first)
  }
}
