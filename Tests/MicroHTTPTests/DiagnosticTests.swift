import Synchronization
import Testing

@testable import MicroHTTP

@Suite struct DiagnosticTests {
  private final class Reports: Sendable {
    private let all = Mutex<[HTTPDiagnostic]>([])
    var values: [HTTPDiagnostic] { all.withLock { $0 } }
    func add(_ diagnostic: HTTPDiagnostic) { all.withLock { $0.append(diagnostic) } }
  }

  private let reports = Reports()

  @Test func whatIsSaidAgainAndAgainIsReportedOnceAndThenCounted() {
    let sink = DiagnosticSink(report: reports.add)
    for _ in 0..<1000 { sink(.acceptFailed(code: 24)) }
    #expect(reports.values == [.acceptFailed(code: 24)])
    sink(.libraryMessage("a client went away"))
    let expected: [HTTPDiagnostic] = [
      .acceptFailed(code: 24), .suppressed(count: 999), .libraryMessage("a client went away"),
    ]
    #expect(reports.values == expected)
  }

  @Test func ofManyAtOnceOnlySomeAreReported() {
    let sink = DiagnosticSink(report: reports.add)
    for number in 0..<1000 { sink(.libraryMessage("client \(number) went away")) }
    // Ten, and ten more should a second have passed meanwhile.
    #expect((10...40).contains(reports.values.count))
  }
}
