import Pacing
import Testing

@testable import MicroHTTP

@Suite("A chunk's size that does not end")
struct UnreadableBodyTests {
  private static let chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

  @Test(arguments: [("5;", "x"), ("", "0"), ("5\r\nhello\r\n0;", "x")])
  func isRefusedAndKeepsNoLoopBusy(start: String, filler: String) async throws {
    let service = TestService()
    let patient = HTTPLimits(requestTimeoutSeconds: 600, idleTimeoutSeconds: 600)
    try await withServer(service, limits: patient, loops: 1) { server, address in
      let began = MonotonicTime.now()
      let client = try RawClient(address)
      client.send(Self.chunked + start + String(repeating: filler, count: 64 << 10))
      let answer = try client.answer()
      #expect(answer.status == 400)
      #expect(answer.header("Connection") == "close")
      #expect(try client.isClosedByServer())
      while server.statistics.connectionsOpen > 0 { await Task.yield() }
      // A turn that has nothing to do waits for a millisecond.
      let milliseconds = MonotonicTime.now().seconds(since: began) * 1000
      #expect(Double(service.turns) < milliseconds + 200)
      #expect(server.statistics.responsesByStatus == [400: 1])
      #expect(server.statistics.bodyBytesInFlight == 0)
    }
    #expect(service.seen.isEmpty)
  }

  @Test func aSoundBodyMayComeInPiecesWithPauses() async throws {
    let service = TestService()
    // The time limits are looked at every ten milliseconds.
    let limits = HTTPLimits(requestTimeoutSeconds: 600, idleTimeoutSeconds: 0.08)
    try await withServer(service, limits: limits, loops: 1) { _, address in
      let client = try RawClient(address)
      client.sendsSmallPieces()
      client.send(Self.chunked)
      for piece in ["5", ";", "x=", "y", "\r", "\n", "he", "llo", "\r\n", "0", "\r\n", "\r", "\n"] {
        blockThread(milliseconds: 25)
        client.send(piece)
      }
      #expect(try client.answer().body == "POST / - hello")
    }
  }
}
