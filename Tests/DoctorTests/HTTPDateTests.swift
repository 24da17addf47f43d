import Testing

@testable import Doctor

@Suite struct HTTPDateTests {
  @Test func readsTheDateHeader() {
    #expect(HTTPDate.milliseconds(header: "Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777_000)
    #expect(HTTPDate.milliseconds(header: "yesterday") == nil)
  }

  @Test(arguments: ["Feb  2 12:00:00 2027 GMT", "Feb 2 12:00:00 2027 GMT"])
  func readsTheEndOfACertificate(text: String) {
    #expect(HTTPDate.milliseconds(certificate: text) == 1_801_569_600_000)
  }
}
