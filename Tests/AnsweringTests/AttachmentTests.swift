import Answering
import Foundation
import LinqAPI
import LinqEvents
import Logging
import ScriptedServer
import Testing

/// Attachments are kept whole, once, and under a safe name.
@Suite struct AttachmentTests {
  @Test func aFileLandsInItsAttachmentsFolderWithMode0640AndIsNotFetchedAgain() async throws {
    let server = try FileServer { _, connection in connection.write(answer("200 OK", body: "picture")) }
    let test = try StoreUnderTest()
    for _ in 0..<2 {
      let fetched = try await test.fetch(StoreUnderTest.media(server.url + "/a"))
      #expect(fetched.path == "\(test.folder.path)/a-1/photo.jpg")
      #expect(fetched.error == nil)
    }
    #expect(server.connectionCount == 1)
    #expect(test.folder.files == ["a-1/photo.jpg"])
    let path = "\(test.folder.path)/a-1/photo.jpg"
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "picture")
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    #expect(test.count(.saved) == 1)
    #expect(test.statistics.snapshot.attachmentBytes == 7)
  }

  @Test func twoHundredMBGoToTheDiskAndNotThroughMemory() async throws {
    let megabyte = String(repeating: "x", count: 1 << 20)
    let server = try FileServer { _, connection in
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(200 << 20)\r\n\r\n")
      for _ in 0..<200 { connection.write(megabyte) }
    }
    let test = try StoreUnderTest { $0.maxBytes = 300 << 20 }
    let before = try residentBytes()
    let fetched = try await test.fetch(StoreUnderTest.media(server.url + "/a"))
    let grown = try residentBytes() - before
    let size = try FileManager.default.attributesOfItem(atPath: try #require(fetched.path))[.size] as? Int
    #expect(size == 200 << 20)
    #expect(grown < 100 << 20, "\(grown)")
  }

  @Test func aNameThatLeadsElsewhereIsOnlyAName() async throws {
    let server = try FileServer { _, connection in connection.write(answer("200 OK", body: "x")) }
    let test = try StoreUnderTest()
    _ = try await test.fetch(StoreUnderTest.media(server.url + "/a", id: "../../id", name: "../../x"))
    _ = try await test.fetch(StoreUnderTest.media(server.url + "/a", id: nil, name: nil))
    #expect(test.folder.files.count == 2)
    #expect(
      test.folder.files.allSatisfy { $0.split(separator: "/").count == 2 && !$0.contains("..") },
      "\(test.folder.files)"
    )
    #expect(Set(test.folder.files.compactMap { $0.split(separator: "/").last }) == ["x", "attachment"])
  }

  @Test func whatIsTooLargeIsRefusedWhetherTheEventTheLengthOrOnlyTheBytesTell() async throws {
    let server = try FileServer { path, connection in
      if path == "/length" { connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n") }
      if path == "/bytes" { connection.write("HTTP/1.1 200 OK\r\n\r\n") }
      while connection.write(String(repeating: "x", count: 65_536)) {}
    }
    let test = try StoreUnderTest()
    for (path, bytes) in [("/event", Int64(2_000_000)), ("/length", nil), ("/bytes", nil)] {
      let fetched = try await test.fetch(StoreUnderTest.media(server.url + path, bytes: bytes))
      #expect(fetched.path == nil)
      #expect(fetched.error?.contains("at most 1048576") == true, "\(fetched.error ?? "")")
    }
    #expect(server.count("/event") == 0)
    #expect(test.folder.files == [])
    #expect(test.count(.refused) == 3)
  }

  @Test func aTransferThatBreaksOffLeavesNothingIsTriedAgainAndIsLatersBusinessThen() async throws {
    let server = try FileServer { _, connection in
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    }
    let test = try StoreUnderTest { $0.maxTries = 2 }
    guard
      case .later(let reason) = await test.store.fetch(
        StoreUnderTest.view([StoreUnderTest.media(server.url + "/secret?Signature=1")])
      )
    else { throw StoreUnderTest.NotReady() }
    #expect(!reason.contains("secret") && !reason.contains("Signature"))
    #expect(server.connectionCount == 2)
    #expect(test.folder.files == [])
    #expect(try FileManager.default.contentsOfDirectory(atPath: test.folder.path) == [])
  }

  @Test(arguments: ["503 Service Unavailable", "429 Too Many Requests", "500 Internal Server Error"])
  func aHostInTroubleIsAskedAFewTimes(_ status: String) async throws {
    let server = try FileServer { path, connection in
      connection.write(answer(status, headers: path == "/wait" ? ["Retry-After: 600"] : [], body: "no"))
    }
    let test = try StoreUnderTest { $0.maxTries = 2 }
    for (path, count) in [("/a", 2), ("/wait", 1)] {
      guard
        case .later = await test.store.fetch(StoreUnderTest.view([StoreUnderTest.media(server.url + path)]))
      else {
        throw StoreUnderTest.NotReady()
      }
      #expect(server.count(path) == count)
    }
  }

  @Test func fourAreFetchedAtOnceAndNoMore() async throws {
    let meeting = Meeting(4)
    let server = try FileServer { _, connection in
      let present = meeting.arrive()
      connection.write(answer("200 OK", body: present <= 4 ? "x" : "too many"))
      meeting.leave()
    }
    let test = try StoreUnderTest()
    let media = (0..<12).map { StoreUnderTest.media(server.url + "/\($0)", id: "a-\($0)") }
    guard case .ready(let view) = await test.store.fetch(StoreUnderTest.view(media)) else {
      throw StoreUnderTest.NotReady()
    }
    #expect(test.folder.files.count == 12)
    #expect(view.parts?.count == 13)
    #expect(meeting.most == 4)
  }

  @Test func twoThatWantTheSameFileAtOnceFetchItOnce() async throws {
    let server = try FileServer { _, connection in connection.write(answer("200 OK", body: "x")) }
    let test = try StoreUnderTest()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask { _ = try await test.fetch(StoreUnderTest.media(server.url + "/a")) }
      }
      try await group.waitForAll()
    }
    #expect(server.connectionCount == 1)
  }

  @Test func aFolderThatCannotBeMadeStopsTheHandlerWithASentence() throws {
    let folder = try TestFolder()
    let file = try folder.write("file", bytes: 1)
    let options = AttachmentOptions(folder: "\(file)/sub", maxBytes: 1, keep: nil, allowedHosts: [])
    let store = try AttachmentStore(
      options,
      linq: nil,
      statistics: AnsweringStatistics(),
      logger: .init(label: "test")
    )
    #expect(throws: AttachmentStoreError.self) { try store.start() }
  }

  private func residentBytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(Int(line.filter(\.isNumber))) << 10
  }
}

/// Lets requests on only when so many are there.
private final class Meeting: @unchecked Sendable {
  // Everything under the condition's lock.
  private let condition = NSCondition()
  private let size: Int
  private var arrived = 0
  private var present = 0
  private(set) var most = 0

  init(_ size: Int) { self.size = size }

  func arrive() -> Int {
    condition.lock()
    defer { condition.unlock() }
    arrived += 1
    present += 1
    most = max(most, present)
    condition.broadcast()
    while arrived < size, condition.wait(until: Date(timeIntervalSinceNow: 20)) {}
    return present
  }

  func leave() {
    condition.lock()
    present -= 1
    condition.unlock()
  }
}
