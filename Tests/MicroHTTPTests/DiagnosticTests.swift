import Testing

@testable import MicroHTTP

@Suite struct DiagnosticTests {
  private let log = Log<HTTPDiagnostic>()

  @Test func whatIsSaidAgainAndAgainIsReportedOnceAndThenCounted() {
    let sink = DiagnosticSink(report: log.append)
    for _ in 0..<1000 { sink(.acceptFailed(code: 24)) }
    #expect(log.lines == [.acceptFailed(code: 24)])
    sink(.libraryMessage("a client went away"))
    let expected: [HTTPDiagnostic] = [
      .acceptFailed(code: 24), .suppressed(count: 999), .libraryMessage("a client went away"),
    ]
    #expect(log.lines == expected)
  }

  @Test func aLimitThatWasComputedReadsAsItWasWritten() {
    let late = HTTPDiagnostic.requestTimedOut(limitSeconds: 0.1 + 0.2, headIsHere: true, from: .unix)
    #expect(late.sentence.contains("within 0.3 s;"))
  }

  @Test func ofManyAtOnceOnlySomeAreReported() {
    let sink = DiagnosticSink(report: log.append)
    for number in 0..<1000 { sink(.libraryMessage("client \(number) went away")) }
    // Ten, and ten more should a second have passed meanwhile.
    #expect((10...40).contains(log.lines.count))
  }
}
