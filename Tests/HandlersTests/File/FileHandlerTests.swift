import Foundation
import LinqhookDelivery
import LinqhookInbox
import LogSupport
import TestKit
import Testing

@testable import Handlers

@Suite struct TheFileHandler {
  private let folder: TemporaryFolder
  private let path: String
  private let log = CapturedLog()

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/events.ndjson"
  }

  private func handler(
    _ format: FileHandlerOptions.Format = .payload,
    sync: FileHandlerOptions.Sync = .never,
    rotation: FileHandlerOptions.Rotation? = nil
  ) -> FileHandler {
    FileHandler(
      options: FileHandlerOptions.test(path: path, format: format, sync: sync, rotation: rotation),
      logger: log.logger
    )
  }

  private func checkpoint(_ result: BatchResult) throws -> [UInt8] {
    guard case .delivered(let checkpoint?) = result else { throw Unexpected.result(result) }
    return checkpoint
  }

  enum Unexpected: Error { case result(BatchResult) }

  @Test func payloadFormatIsTheEventOnOneLine() async throws {
    let handler = handler()
    #expect(try await handler.start(checkpoint: nil, cursor: 0) == .fromCursor)
    let pretty = "{\n \"a\" : \"b c\",\r\n\t\"n\": 1.0 }"
    _ = try checkpoint(await handler.handle([event(1, payload: pretty), event(2, payload: "{}")]))
    #expect(text(of: path) == "{\"a\":\"b c\",\"n\":1.0}\n{}\n")
  }

  @Test func envelopeFormatSaysWhenAndFromWhere() async throws {
    let handler = handler(.envelope)
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    _ = await handler.handle([event(1, source: "line=\"1\"", payload: "{}"), event(2, payload: "[ ]")])
    let lines = text(of: path).split(separator: "\n")
    #expect(
      lines == [
        #"{"received_at":"2026-02-02T02:40:00.123Z","source":"line=\"1\"","event_id":"event-1","event_type":"message.received","payload":{}}"#,
        #"{"received_at":"2026-02-02T02:40:00.123Z","source":null,"event_id":"event-2","event_type":"message.received","payload":[]}"#,
      ]
    )
  }

  @Test func secondWriterIsRefused() async throws {
    let first = handler()
    _ = try await first.start(checkpoint: nil, cursor: 0)
    let error = await #expect(throws: FileHandlerError.self) {
      try await handler().start(checkpoint: nil, cursor: 0)
    }
    #expect(error == .inUse(path: path))
    _ = await first.stop()
    _ = try await handler().start(checkpoint: nil, cursor: 0)
  }

  @Test func whatIsNoFileIsRefused() async throws {
    let handler = FileHandler(options: FileHandlerOptions.test(path: "/dev/null"), logger: log.logger)
    await #expect(throws: FileHandlerError.notAFile(path: "/dev/null")) {
      try await handler.start(checkpoint: nil, cursor: 0)
    }
    let missing = FileHandler(options: FileHandlerOptions.test(path: "/nowhere/x"), logger: log.logger)
    await #expect(throws: FileHandlerError.self) { try await missing.start(checkpoint: nil, cursor: 0) }
  }

  @Test func linesOfOthersStayAndAreEnded() async throws {
    try Data("before".utf8).write(to: URL(fileURLWithPath: path))
    let handler = handler()
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    _ = await handler.handle([event(1, payload: "{}")])
    try append("foreign", to: path)
    _ = await handler.handle([event(2, payload: "[]")])
    #expect(text(of: path) == "before\n{}\nforeign\n[]\n")
    #expect(log.lines.contains { $0.contains("another process wrote") })
  }

  @Test func copytruncateIsNoticed() async throws {
    let handler = handler()
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    _ = await handler.handle([event(1, payload: "{}")])
    try resize(path, to: 0)
    _ = await handler.handle([event(2, payload: "[]")])
    #expect(text(of: path) == "[]\n")
    #expect(log.lines.contains { $0.contains("another process cut") })
  }

  @Test func deletedFileIsBegunAnew() async throws {
    let handler = handler()
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    _ = await handler.handle([event(1)])
    try FileManager.default.removeItem(atPath: path)
    _ = await handler.handle([event(2, payload: "[]")])
    #expect(text(of: path) == "[]\n")
  }

  @Test func logrotateWithASignalLosesNothing() async throws {
    let handler = handler()
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    _ = await handler.handle([event(1, payload: "{}")])
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    _ = await handler.handle([event(2, payload: "[]")])
    await handler.reopen()
    _ = await handler.handle([event(3, payload: "{}")])
    #expect(text(of: path + ".1") == "{}\n[]\n")
    #expect(text(of: path) == "{}\n")
  }

  @Test func reopenOfTheSameFileChangesNothing() async throws {
    let handler = handler()
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    _ = await handler.handle([event(1, payload: "{}")])
    await handler.reopen()
    _ = await handler.handle([event(2, payload: "[]")])
    #expect(text(of: path) == "{}\n[]\n")
  }

  @Test func fullFileIsPutAsideAndTheOldestGo() async throws {
    let handler = handler(rotation: FileHandlerOptions.Rotation.test(maxBytes: 3, keep: 2, compresses: false))
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    for sequence in 1...5 { _ = await handler.handle([event(Int64(sequence), payload: "[\(sequence)]")]) }
    #expect(folder.names.count == 3)
    #expect(folder.names.dropFirst().map { text(of: "\(folder.path)/\($0)") } == ["[4]\n", "[5]\n"])
    #expect(text(of: path).isEmpty)
  }

  @Test func allButTheNewestAreCompressedAlsoAfterAKill() async throws {
    let old = "\(path).20200101T000000Z-0001"
    _ = try folder.write("events.ndjson.20200101T000000Z-0001", "[0]\n")
    // What a kill in the middle of gzip leaves behind.
    _ = try folder.write("events.ndjson.20200101T000000Z-0001.gz", "torn")
    let handler = handler(rotation: FileHandlerOptions.Rotation.test(maxBytes: 3, keep: 9, compresses: true))
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    for sequence in 1...3 { _ = await handler.handle([newEvent(Int64(sequence), payload: "[\(sequence)]")]) }
    await eventually("all but the newest are compressed") {
      RotatedFiles(of: path).all().dropLast().allSatisfy { $0.isCompressed && !$0.isPlain }
    }
    let unpacked = Process()
    unpacked.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
    unpacked.arguments = ["-dc", old + ".gz"]
    let pipe = Pipe()
    unpacked.standardOutput = pipe
    try unpacked.run()
    #expect(try pipe.fileHandleForReading.readToEnd() == Data("[0]\n".utf8))
    #expect(RotatedFiles(of: path).all().last?.isPlain == true)
    _ = await handler.stop()
  }

  @Test func namesSortByAgeEvenWhenTheClockIsSetBack() throws {
    let rotated = RotatedFiles(of: path)
    let first = rotated.nextPath(atMilliseconds: 1_770_000_000_000)
    #expect(first == path + ".20260202T024000Z-0001")
    _ = try folder.write("events.ndjson.20260202T024000Z-0001", "")
    _ = try folder.write("events.ndjson.bak", "")
    #expect(rotated.nextPath(atMilliseconds: 1_770_000_000_000) == path + ".20260202T024000Z-0002")
    #expect(rotated.nextPath(atMilliseconds: 0) == path + ".20260202T024000Z-0002")
  }

  @Test func oldFileIsPutAsideByItsAge() async throws {
    let handler = handler(
      rotation: FileHandlerOptions.Rotation.test(
        maxBytes: nil,
        maxAge: .seconds(0),
        keep: 5,
        compresses: false
      )
    )
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    _ = await handler.handle([event(1, payload: "{}")])
    #expect(folder.names.count == 2)
  }

  @Test func checkpointSurvivesItsEncoding() {
    let checkpoint = FileCheckpoint(
      identity: FileIdentity(device: .max, inode: 7),
      length: 1 << 40,
      syncedLength: 5,
      syncedSequence: .max,
      createdAtSeconds: 1_770_000_000,
      boot: FileCheckpoint.currentBoot
    )
    #expect(FileCheckpoint(checkpoint.bytes) == checkpoint)
    #expect(FileCheckpoint(Array("2 x".utf8)) == nil)
    #expect(FileCheckpoint([]) == nil)
  }
}
