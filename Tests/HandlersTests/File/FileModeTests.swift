import Foundation
import LinqhookDelivery
import LinqhookInbox
import LogSupport
import TestKit
import Testing

@testable import Handlers

/// Who may read what is written, whatever the umask says.
@Suite struct FileModeTests {
  private let folder: TemporaryFolder
  private let path: String
  private let log = CapturedLog()

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/events.ndjson"
  }

  private func handler(_ mode: UInt32?, rotation: FileHandlerOptions.Rotation? = nil) -> FileHandler {
    let options = FileHandlerOptions.test(path: path, sync: .never, rotation: rotation, mode: mode)
    return FileHandler(options: options, logger: log.logger)
  }

  private func mode(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
    return try #require(attributes[.posixPermissions] as? Int)
  }

  // The umask of a test's process leaves 0644 at most.
  @Test(arguments: [0o600, 0o640, 0o660, 0o644, 0o664] as [UInt32])
  func aNewFileHasTheMode(_ wanted: UInt32) async throws {
    let handler = handler(wanted)
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    #expect(try mode("events.ndjson") == Int(wanted))
    _ = await handler.stop()
  }

  @Test func aFileThatIsThereGetsIt() async throws {
    _ = try folder.write("events.ndjson", "", mode: 0o600)
    let handler = handler(0o640)
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    #expect(try mode("events.ndjson") == 0o640)
    _ = await handler.stop()
  }

  @Test func withoutAModeAFileKeepsItsOwn() async throws {
    _ = try folder.write("events.ndjson", "", mode: 0o604)
    let handler = handler(nil)
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    #expect(try mode("events.ndjson") == 0o604)
    _ = await handler.stop()
  }

  @Test func whatIsPutAsideAndCompressedAndWhatComesNextHaveItToo() async throws {
    let handler = handler(
      0o660,
      rotation: FileHandlerOptions.Rotation.test(maxBytes: 1, keep: 10, compresses: true)
    )
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    for sequence: Int64 in 1...4 { _ = await handler.handle([event(sequence)]) }
    await eventually("all but the newest are compressed") {
      folder.names.count { $0.hasSuffix(".gz") } == 3 && folder.names.count == 5
    }
    for name in folder.names { #expect(try mode(name) == 0o660, "\(name)") }
    _ = await handler.stop()
  }

  @Test func whatLogrotateMakesHasItAfterReopening() async throws {
    let handler = handler(0o660)
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    _ = try folder.write("events.ndjson", "", mode: 0o600)
    await handler.reopen()
    #expect(try mode("events.ndjson") == 0o660)
    _ = await handler.stop()
  }

  @Test func aFileThatWasDeletedIsMadeAnewWithIt() async throws {
    let handler = handler(0o660)
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    try FileManager.default.removeItem(atPath: path)
    _ = await handler.handle([event(1)])
    #expect(try mode("events.ndjson") == 0o660)
    _ = await handler.stop()
  }
}
