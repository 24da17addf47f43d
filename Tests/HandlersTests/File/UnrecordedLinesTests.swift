import LinqhookDelivery
import LinqhookInbox
import LogSupport
import TestKit
import Testing

@testable import Handlers

@Suite struct AfterAKill {
  @Test func replayBeforeTheBacklogDoesNotHideTheUnrecordedLines() async throws {
    let folder = try TemporaryFolder()
    let options = FileHandlerOptions.test(path: "\(folder.path)/events.ndjson", sync: .never)
    let one = event(1, payload: #"{"n":1}"#)
    let two = event(2, payload: #"{"n":2}"#)
    var recorded: [UInt8]?
    do {
      let killed = FileHandler(options: options, logger: CapturedLog().logger)
      _ = try await killed.start(checkpoint: nil, cursor: 0)
      if case .delivered(let checkpoint) = await killed.handle([one]) { recorded = checkpoint }
      _ = await killed.handle([two])
      // Closes the file; what it says is forgotten.
      _ = await killed.stop()
    }
    let next = FileHandler(options: options, logger: CapturedLog().logger)
    _ = try await next.start(checkpoint: recorded, cursor: 1)
    let open = try checkpoint(of: await next.handle([one]))
    #expect(FileCheckpoint(open)?.hasLinesBehind == true)
    guard case .delivered(.some) = await next.handle([two, event(3, payload: #"{"n":3}"#)]) else {
      Issue.record("what stood behind the checkpoint is settled")
      return
    }
    #expect(
      text(of: options.path)
        == ["{\"n\":1}", "{\"n\":2}", "{\"n\":1}", "{\"n\":3}", ""].joined(separator: "\n")
    )
  }
}

@Suite struct LinesOfAKilledHandler {
  private let folder: TemporaryFolder
  private let options: FileHandlerOptions

  init() throws {
    folder = try TemporaryFolder()
    options = FileHandlerOptions.test(path: "\(folder.path)/events.ndjson", sync: .never)
  }

  private func numbered(_ number: Int64) -> StoredEvent { event(number, payload: "[\(number)]") }

  private func handler() -> FileHandler { FileHandler(options: options, logger: CapturedLog().logger) }

  /// Records the first event, writes the others, and is killed.
  private func killed(after others: [StoredEvent]) async throws -> [UInt8] {
    let handler = handler()
    _ = try await handler.start(checkpoint: nil, cursor: 0)
    let recorded = try checkpoint(of: await handler.handle([numbered(1)]))
    if !others.isEmpty { _ = await handler.handle(others) }
    // Closes the file; what it says is forgotten.
    _ = await handler.stop()
    return recorded
  }

  private func isOpen(_ result: BatchResult) throws -> Bool? {
    FileCheckpoint(try checkpoint(of: result))?.hasLinesBehind
  }

  @Test func areNotWrittenAgainWhenTheHandlerWantsOtherEventsBetweenThem() async throws {
    let recorded = try await killed(after: [numbered(3), numbered(5)])
    let handler = handler()
    _ = try await handler.start(checkpoint: recorded, cursor: 1)
    #expect(try isOpen(await handler.handle([numbered(2), numbered(3)])) == true)
    #expect(try isOpen(await handler.handle([numbered(4), numbered(5), numbered(6)])) == false)
    #expect(text(of: options.path) == "[1]\n[3]\n[5]\n[2]\n[4]\n[6]\n")
  }

  @Test func areLookedForUntilAnEventComesThatIsNewerThanTheStart() async throws {
    let recorded = try await killed(after: [])
    try append("stranger\n", to: options.path)
    let handler = handler()
    _ = try await handler.start(checkpoint: recorded, cursor: 1)
    #expect(try isOpen(await handler.handle([numbered(2)])) == true)
    #expect(try isOpen(await handler.handle([newEvent(3, payload: "[3]")])) == false)
  }

  @Test func areNotLookedForWithoutEnd() async throws {
    let recorded = try await killed(after: [])
    try append("stranger\n", to: options.path)
    let handler = handler()
    _ = try await handler.start(checkpoint: recorded, cursor: 1)
    #expect(try isOpen(await handler.handle((2...2048).map(numbered))) == true)
    #expect(try isOpen(await handler.handle([numbered(2049)])) == false)
  }

  /// What is written meanwhile is read into memory at the next start.
  @Test func areNotLookedForWhileTheFileGrowsWithoutEnd() {
    var lines = UnrecordedLines(cursor: 1)
    let long = event(2, payload: String(repeating: "x", count: 12 << 20))
    #expect((0..<3).map { _ in lines.miss(long) } == [false, false, true])
  }
}
