import Handlers
import LinqhookDelivery
import ScriptedServer
import Testing

/// Which answers end an event and which put it off.
@Suite struct HTTPForwardVerdictTests {
  private func result(_ status: Int, final: Set<Int>? = nil, retryAfter: String? = nil) async throws
    -> DeliveryResult
  {
    let server = try ScriptedServer { _ in
      answer("\(status) Some", headers: retryAfter.map { ["Retry-After: \($0)"] } ?? [])
    }
    var options = HTTPForwardHandlerOptions.test(url: server.url)
    if let final { options.finalStatuses = final }
    return await (try HTTPForwardHandler(options: options)).handle(attempt())
  }

  @Test(arguments: [400, 405, 410, 411, 413, 414, 415, 422, 431, 501, 505])
  func whatIsTheEventsOwnFaultIsADeadLetter(_ status: Int) async throws {
    #expect(try await result(status) == .dead(reason: "The target answered \(status)"))
  }

  @Test(arguments: [
    401, 402, 403, 404, 406, 407, 408, 409, 412, 416, 418, 421, 423, 425, 426, 429, 451, 499, 500, 502, 503,
    504, 507, 511, 521, 530, 599,
  ])
  func whatAProxyMaySayInADeployIsTriedAgain(_ status: Int) async throws {
    #expect(try await result(status) == .retry(reason: "The target answered \(status)"))
  }

  @Test func theSettingsSayWhichAreFinal() async throws {
    #expect(try await result(404, final: [404]) == .dead(reason: "The target answered 404"))
    #expect(try await result(400, final: [404]) == .retry(reason: "The target answered 400"))
    #expect(try await result(503, final: [503]) == .dead(reason: "The target answered 503"))
    #expect(try await result(200, final: []) == .delivered)
  }

  @Test(arguments: [429, 503])
  func theTargetsOwnWaitIsObeyed(_ status: Int) async throws {
    let result = try await result(status, retryAfter: "37")
    #expect(result == .retry(reason: "The target answered \(status)", after: .seconds(37)))
  }

  @Test func othersDoNotChooseTheWait() async throws {
    #expect(try await result(404, retryAfter: "37") == .retry(reason: "The target answered 404"))
  }
}
