import Foundation
import LinqhookConfiguration
import LinqhookDelivery
import LinqhookHTTPClient
import LogSupport
import TestKit
import Testing

@testable import LinqhookDaemon

/// Who may ask, and what nobody is told.
@Suite(.timeLimit(.minutes(1))) struct ControlAccessTests {
  private func askAdmin(
    _ operated: OperatedReceiver,
    _ target: String,
    authorization: String? = nil
  ) async throws -> IncomingResponse {
    let address = try #require(operated.receiver.adminAddresses.first)
    return try await operated.client.send(
      OutgoingRequest(
        method: "GET",
        url: "http://\(address)\(target)",
        headers: authorization.map { [HTTPField("Authorization", $0)] } ?? []
      )
    )
  }

  @Test func onlyTheUserOfTheReceiverMayUseTheSocketAndItGoesWithTheReceiver() async throws {
    let operated = try await OperatedReceiver()
    let attributes = try FileManager.default.attributesOfItem(atPath: operated.socketPath)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(attributes[.type] as? FileAttributeType == .typeSocket)
    await operated.stop()
    #expect(!FileManager.default.fileExists(atPath: operated.socketPath))
  }

  @Test func aPathThatIsTooLongForASocketIsLoggedAndTheReceiverGoesOn() async throws {
    let folder = try TemporaryFolder()
    let deep = folder.file(String(repeating: "x", count: 90))
    let operated = try await OperatedReceiver(folder: folder) { $0.inbox.path = "\(deep)/inbox.db" }
    try await operated.accept("one")
    #expect(operated.log.text.contains("no control socket"))
    #expect(operated.log.text.contains("107"))
    #expect(try await operated.ask(.inProcess, "GET", "/api/events/one").status == 200)
    await operated.stop()
  }

  @Test func theSocketOfAnotherInboxIsNotTakenForItsOwn() async throws {
    let operated = try await OperatedReceiver()
    let own = ControlSocket.headerValue(inboxPath: operated.settings.inbox.path)
    let name = ControlSocket.inboxHeader
    #expect(
      try await operated.ask(.overTheSocket, "GET", "/api/receiver", headers: [(name, own)]).status == 200
    )
    let other = try await operated.ask(.overTheSocket, "GET", "/api/stats", headers: [(name, own + "x")])
    #expect(other.status == 421)
    #expect(other.error == "other_inbox")
    await operated.stop()
  }

  @Test func aSecondReceiverInTheFolderLeavesTheSocketOfTheFirstAlone() async throws {
    let first = try await OperatedReceiver()
    let second = try await OperatedReceiver(folder: first.folder) {
      $0.inbox.path = first.folder.file("second.db")
    }
    #expect(second.log.text.contains("no control socket"))
    await second.stop()
    #expect(try await first.ask(.overTheSocket, "GET", "/api/receiver").status == 200)
    await first.stop()
  }

  @Test func theAdminAddressAsksForTheToken() async throws {
    let operated = try await OperatedReceiver()
    try await operated.accept("one")
    let token = OperatedReceiver.token
    #expect(try await askAdmin(operated, "/api/events", authorization: "Bearer \(token)").status == 200)
    #expect(try await askAdmin(operated, "/api/events", authorization: "bearer \(token)").status == 200)
    for wrong in [nil, "Bearer \(token)x", "Bearer x", "Basic \(token)", "Bearer", token] {
      let refused = try await askAdmin(operated, "/api/events", authorization: wrong)
      #expect(refused.status == 401)
      #expect(refused.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
      #expect(!String(decoding: refused.body, as: UTF8.self).contains("one"))
    }
    #expect(try await askAdmin(operated, "/readyz").status == 200)
    await operated.stop()
  }

  @Test func withoutATokenTheAdminAddressHasNoControlAPI() async throws {
    let operated = try await OperatedReceiver { $0.admin.token = nil }
    #expect(try await askAdmin(operated, "/api/events").status == 404)
    #expect(try await askAdmin(operated, "/api/events", authorization: "Bearer ").status == 404)
    #expect(try await askAdmin(operated, "/metrics").status == 200)
    await operated.stop()
  }

  @Test func noAnswerAndNoLogHoldsASecret() async throws {
    let operated = try await OperatedReceiver(handler: ScriptedHandler(answer: .dead(reason: "no")))
    try await operated.accept("one")
    var seen = ""
    for target in [
      "/api/receiver", "/api/stats", "/api/events", "/api/events/one", "/api/dead", "/api/quarantine",
    ] {
      seen += try await operated.ask(.overTheSocket, "GET", target).text
    }
    seen += try await operated.ask(.overTheSocket, "POST", "/api/quarantine/reverify").text
    seen += try await operated.ask(.overTheSocket, "POST", "/api/events/one/replay").text
    _ = try await askAdmin(operated, "/api/stats", authorization: "Bearer wrong-token")
    await operated.stop()
    seen += operated.log.text
    for secret in [OperatedReceiver.secret, OperatedReceiver.token, "wrong-token"] {
      #expect(!seen.contains(secret))
    }
  }
}
