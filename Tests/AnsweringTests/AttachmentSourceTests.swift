import Answering
import Foundation
import LinqAPI
import LinqEvents
import LinqSandbox
import LinqhookDelivery
import LinqhookInbox
import ScriptedServer
import Testing

/// Attachments come from where they may, and nowhere else.
@Suite struct AttachmentSourceTests {
  @Test(arguments: [
    "https://evil.example.com/a", "https://cdn.example.com.evil.com/a", "https://files.example.com/a",
    "https://xfiles.example.com/a", "http://cdn.example.com/a", "https://user:word@cdn.example.com/a",
    "https://cdn.example.com@evil.com/a", "ftp://cdn.example.com/a", "file:///etc/passwd",
    "https://10.0.0.1/a", "", "not a url",
  ]) func otherHostsSchemesAndSpellingsAreNotAsked(_ url: String) async throws {
    let test = try StoreUnderTest()
    let fetched = try await test.fetch(StoreUnderTest.media(url))
    #expect(fetched.path == nil && fetched.error != nil)
    #expect(test.count(.refused) == 1)
    #expect(test.folder.files == [])
  }

  @Test(arguments: ["localhost", "127.0.0.1", "[::1]"])
  func withoutLeaveForThisMachineItsAddressesAreRefusedByNameAndByNumber(_ host: String) async throws {
    let server = try FileServer { _, connection in connection.write(answer("200 OK", body: "x")) }
    let port = server.url.split(separator: ":").last ?? ""
    let test = try StoreUnderTest {
      $0.allowsLoopback = false
      $0.allowedHosts = [host]
    }
    // By https the host is allowed, and only the address of the connection tells: as with a name that was rebound.
    for scheme in ["http", "https"] {
      let fetched = try await test.fetch(StoreUnderTest.media("\(scheme)://\(host):\(port)/a"))
      #expect(fetched.path == nil && fetched.error != nil)
    }
    #expect(server.connectionCount == 0)
    #expect(test.count(.refused) == 2)
  }

  @Test func aRedirectToAnotherHostOrPortToThisMachineOrInARingIsNotFollowedOneOnTheSameHostIs() async throws
  {
    let inner = try FileServer { _, connection in connection.write(answer("200 OK", body: "secret")) }
    let server = try FileServer { path, connection in
      let target =
        switch path {
        case "/keep/other": inner.url + "/a"
        case "/keep/name": inner.url.replacing("127.0.0.1", with: "localhost")
        case "/keep/evil": "https://evil.example.com/"
        case "/keep/ring": "/keep/ring"
        case "/keep/same": "good"
        default: ""
        }
      connection.write(
        path == "/keep/good"
          ? answer("200 OK", body: "x") : answer("302 Found", headers: ["Location: \(target)"])
      )
    }
    let test = try StoreUnderTest()
    for path in ["other", "name", "evil", "ring"] {
      let fetched = try await test.fetch(StoreUnderTest.media(server.url + "/keep/\(path)", id: path))
      #expect(fetched.path == nil, "\(path)")
    }
    #expect(inner.connectionCount == 0)
    #expect(test.count(.refused) == 4)
    #expect(try await test.fetch(StoreUnderTest.media(server.url + "/keep/same", id: "same")).path != nil)
  }

  @Test func aURLThatHasExpiredIsRenewedByTheAttachmentsIdWhatLinqHasNoMoreIsTold() async throws {
    try await LinqStandIn.run({
      $0.hasEphemeralAttachments = true; $0.timeScale = 1
    }) { stand in
      let ids = try await stand.write("Look", attachments: [["text": "picture", "filename": "a.txt"]])
      let page = try await stand.linq.messages(ofChat: try #require(ResourceID(ids.chat))).value
      let attachment = try #require(page.items.first?.attachments?.first)
      let id = try #require(attachment.id?.description)
      let dead = "\(stand.url)/attachments/\(id)/a.txt?Expires=1&Signature=1"
      let test = try StoreUnderTest(linq: stand.linq)
      for url in [dead, nil] {
        let fetched = try await test.fetch(
          StoreUnderTest.media(url, id: id, name: url == nil ? "b.txt" : "a.txt")
        )
        #expect(try String(contentsOfFile: try #require(fetched.path), encoding: .utf8) == "picture")
      }
      let gone = StoreUnderTest.media(dead, id: "cafbbbbd-6ea2-599d-b85e-3a4fed95b82f")
      let fetched = try await test.fetch(gone)
      #expect(fetched.path == nil)
      #expect(fetched.error?.contains("does not have the attachment") == true)
      #expect(test.count(.failed) == 1)
    }
  }

  @Test func v2CannotRenewTheProgramIsToldAndRuns() async throws {
    try await LinqStandIn.run(api: .v2) { stand in
      let test = try StoreUnderTest(linq: stand.linq)
      let fetched = try await test.fetch(StoreUnderTest.media("\(stand.url)/attachments/7/a.txt"))
      #expect(fetched.path == nil && fetched.error?.contains("404") == true)
    }
  }

  @Test func aProgramFindsPathOrErrorInItsViewWhileAHostIsInTroubleItDoesNotRun() async throws {
    let server = try FileServer { path, connection in
      connection.write(path == "/bad" ? answer("503 No", body: "") : answer("200 OK", body: "x"))
    }
    try await LinqStandIn.run { stand in
      let test = try StoreUnderTest { $0.maxTries = 1 }
      let program = TestProgram(text: "")
      let delivery = stand.delivery(program, attachments: test.store)
      func event(_ id: String, _ urls: [String]) throws -> StoredEvent {
        let parts = urls.map { url -> JSONValue in
          [
            "type": "media", "id": JSONValue("a-\(url.hashValue.magnitude)"), "url": JSONValue(url),
            "filename": "a.jpg", "mime_type": "image/jpeg", "size_bytes": 1,
          ]
        }
        return try TestEvent.message(
          id: id,
          chat: "6d7d7b61-f799-54ac-88bd-9fbe50e2c994",
          text: nil,
          changes: [("data.parts", .array(parts))]
        )
      }
      #expect(
        await delivery.attempt(try event("e1", [server.url + "/a", "https://evil.example.com/"]))
          == .delivered
      )
      let json = try #require(program.runs.first?.message.json)
      #expect(json.value(at: ["parts", "0", "path"])?.string?.hasPrefix(test.folder.path) == true)
      #expect(json.value(at: ["parts", "1", "path"]) == .null)
      #expect(json.value(at: ["parts", "1", "error"])?.string?.contains("attachment_hosts") == true)
      guard case .retry = await delivery.attempt(try event("e2", [server.url + "/bad"])) else {
        throw StoreUnderTest.NotReady()
      }
      #expect(program.runs.count == 1)
      let media = MediaHandler(test.store)
      #expect(
        await media.attempt(try event("e3", [server.url + "/b", "https://evil.example.com/"])) == .delivered
      )
      guard case .retry = await media.attempt(try event("e4", [server.url + "/bad"])) else {
        throw StoreUnderTest.NotReady()
      }
    }
  }
}
