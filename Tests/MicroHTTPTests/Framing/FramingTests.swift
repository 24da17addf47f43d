import Testing

@testable import MicroHTTP

// A family is one test, and a vector that fails is named: a case for each would be hundreds of lines of a log.
@Suite("Framing")
struct FramingTests {
  private static let minVectors = 300

  @Test func theVectorsAreAllThere() {
    #expect(FramingFamily.all.flatMap(\.vectors).count >= Self.minVectors)
    for family in FramingFamily.all {
      #expect(family.unreadableLines == [])
      #expect(Set(family.vectors.map(\.name)).count == family.vectors.count)
    }
  }

  @Test(arguments: FramingFamily.all)
  func anAmbiguousRequestIsRefusedOnceAndASoundOneIsSeenOnce(family: FramingFamily) async throws {
    try await run(family.vectors, by: .layout, sendings: FramingTrial.Sending.allCases)
  }

  /// As on a newer libmicrohttpd. What the plain rules leave to that library is left out.
  @Test(arguments: FramingFamily.all)
  func thePlainRulesAloneRefuseAllButWhatTheLibraryMustTell(family: FramingFamily) async throws {
    try await run(family.vectors.filter { !$0.needsLayout }, by: .plain, sendings: [.atOnce])
  }

  @Test func aRequestBehindARefusedOneIsNotSeen() async throws {
    let service = TestService()
    try await withServer(service, loops: 1) { _, address in
      let client = try RawClient(address)
      client.send(
        post("/good", body: "x") + "GET /bad HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n" + post("/third")
      )
      #expect(try client.answer().body == "POST /good - x")
      #expect(try client.answer().status == 400)
      #expect(try client.isClosedByServer())
    }
    #expect(service.seen.map(\.path) == ["/good"])
  }

  @Test func theLayoutIsTrustedOnlyInTheVersionItIsKnownOf() {
    #expect(FramingRules.rules(forVersion: "0.9.75") == .layout)
    for version in ["0.9.74", "0.9.76", "0.9.751", "1.0.1", ""] {
      #expect(FramingRules.rules(forVersion: version) == .plain)
    }
  }

  @Test func tokenBytesAreThoseOfTheStandard() {
    let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    for byte in UInt8.min...UInt8.max { #expect(byte.isTokenByte == token.contains(byte)) }
  }

  @Test func hostBytesAreThoseOfTheStandard() {
    let host = Set(
      "-._~%!$&'()*+,;=:[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8
    )
    for byte in UInt8.min...UInt8.max { #expect(byte.isHostByte == host.contains(byte)) }
  }

  private func run(
    _ vectors: [FramingVector],
    by rules: FramingRules,
    sendings: [FramingTrial.Sending]
  ) async throws {
    // The server waits longer than a client does: who runs into that has understood the vector otherwise.
    let waiting = vectors.filter { $0.verdict == .status(503) }
    try await run(waiting, by: rules, sendings: sendings, requestTimeoutSeconds: 0.5)
    let others = vectors.filter { $0.verdict != .status(503) }
    try await run(others, by: rules, sendings: sendings, requestTimeoutSeconds: 20)
  }

  private func run(
    _ vectors: [FramingVector],
    by rules: FramingRules,
    sendings: [FramingTrial.Sending],
    requestTimeoutSeconds: Double
  ) async throws {
    let limits = HTTPLimits(requestTimeoutSeconds: requestTimeoutSeconds)
    let service = TestService()
    try await withServer(service, limits: limits, loops: 1, framingRules: rules) { _, address in
      for vector in vectors {
        let trial = FramingTrial(vector: vector, service: service, address: address)
        for sending in sendings {
          do {
            if let fault = try trial.fault(sending: sending) {
              Issue.record("“\(vector.name)”, \(sending): \(fault)")
            }
          } catch {
            Issue.record("“\(vector.name)”, \(sending): \(error)")
          }
        }
      }
    }
  }
}
