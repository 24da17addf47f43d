import Foundation
import Glibc
import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import SQLiteInbox
import Synchronization
import TestKit
import Testing

// Processes over one real store, each killed by SIGKILL at some moment of its work but the last.
@Suite(.timeLimit(.minutes(3)))
struct OutboxKillTests {
  private static let chats = 5
  private static let eventCount: Int64 = 60

  @Test(arguments: 0..<2)
  func whatKeepReturnedForIsThereAfterAKill(group: Int) async throws {
    let folder = try TemporaryFolder()
    let (path, diary) = (folder.file("inbox.db"), folder.file("diary"))
    var random = SeededRandom(seed: UInt64(group))
    for round in 0..<8 {
      let lines = Int.random(in: 1...40, using: &random)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, diary = diary as String, round = round as Int, lines = lines as Int] in
        try await work(path, diary, isFirst: round == 0, linesUntilKill: lines)
      }
    }
    await #expect(processExitsWith: .success) { [path = path as String, diary = diary as String] in
      try await work(path, diary, isFirst: false, linesUntilKill: nil)
    }
    check(folder.read("diary").split(separator: "\n").map(String.init))
  }

  /// What the diary may say: `run` (with what is to be kept), `kept` after `keep` returned, `again` with an outbox, and
  /// `sent`.
  private func check(_ diary: [String]) {
    var (offered, kept): ([Int64: String], [Int64: String]) = ([:], [:])
    var lastSent = [Int64](repeating: 0, count: Self.chats)
    var sent: Set<Int64> = []
    for line in diary {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, let sequence = Int64(words[1]) else {
        Issue.record("torn: \(line)")
        continue
      }
      switch words[0] {
      case "run":
        #expect(kept[sequence] == nil, "\(sequence) was run again after keep had returned")
        offered[sequence] = words[2]
      case "kept": kept[sequence] = words[2]
      case "again": #expect(words[2] == kept[sequence] ?? offered[sequence], "\(sequence) has another outbox")
      default:
        let chat = Int(sequence) % Self.chats
        #expect(sequence >= lastSent[chat], "\(sequence) came after \(lastSent[chat])")
        lastSent[chat] = sequence
        sent.insert(sequence)
      }
    }
    #expect(sent == Set(1...Self.eventCount))
  }

  fileprivate static func accept(into inbox: SQLiteInbox) async {
    let events = (1...eventCount).map { number in
      let chat = "chat-\(Int(number) % chats)"
      let payload =
        #"{"event_id":"\#(number)","event_type":"message.received","data":{"chat_id":"\#(chat)"}}"#
      return InboundEvent(
        eventID: "\(number)",
        envelope: EventEnvelope(eventType: "message.received", eventID: "\(number)", chatID: chat),
        source: nil,
        receivedAtMilliseconds: 1_700_000_000_000 + number,
        freshness: .proven,
        payload: Array(payload.utf8)
      )
    }
    await withCheckedContinuation { continuation in
      inbox.accept(events) { _ in continuation.resume() }
    }
  }
}

/// One life of the process: until it is killed, or all is delivered.
private func work(_ path: String, _ diaryPath: String, isFirst: Bool, linesUntilKill: Int?) async throws {
  let inbox = try SQLiteInbox.open(SQLiteStorage(path: path), onDiagnostic: { _ in })
  let handler = DiaryHandler(diary: try Diary(diaryPath, linesUntilKill: linesUntilKill))
  let policy = RetryPolicy(first: .seconds(0.001), max: .seconds(0.002))
  let dispatcher = Dispatcher(
    store: inbox,
    registrations: [registration(handler, concurrency: 3, retry: policy)],
    clock: SystemDeliveryClock(),
    logger: silent
  )
  try await dispatcher.start()
  let running = Task { await dispatcher.run() }
  if isFirst { await OutboxKillTests.accept(into: inbox) }
  // A life that has less to do than its lines ends by the same signal: what it did is on its way to the disk.
  await dispatcher.waitForFigures { $0.pendingEvents == 0 && inbox.lastSequence > 0 }
  if linesUntilKill != nil { kill(getpid(), SIGKILL) }
  await dispatcher.drain(within: .seconds(5))
  await running.value
  await inbox.close()
}

/// Lines that are in the kernel's hands at once, so that no kill can lose them.
private final class Diary: Sendable {
  private let file: Mutex<(handle: FileHandle, linesUntilKill: Int?)>

  init(_ path: String, linesUntilKill: Int?) throws {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    file = Mutex((handle, linesUntilKill))
  }

  func note(_ word: String, _ sequence: Int64, _ outbox: [UInt8]) {
    let line = Data("\(word) \(sequence) \(String(decoding: outbox, as: UTF8.self))\n".utf8)
    let isOver = file.withLock { file in
      file.handle.write(line)
      file.linesUntilKill = file.linesUntilKill.map { $0 - 1 }
      return file.linesUntilKill == 0
    }
    // Beside the work, which goes on meanwhile.
    if isOver { Thread.detachNewThread { kill(getpid(), SIGKILL) } }
  }
}

/// Runs a program where nothing was kept, keeps what that wants sent, and sends it.
private struct DiaryHandler: EventHandler {
  let diary: Diary

  func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    let sequence = attempt.event.sequence
    let outbox = attempt.outbox ?? Array("answer-\(UInt64.random(in: 0...UInt64.max))".utf8)
    if attempt.outbox == nil {
      diary.note("run", sequence, outbox)
      do { try await attempt.keep(outbox) } catch { return .retry(reason: "\(error)") }
      diary.note("kept", sequence, outbox)
    } else {
      diary.note("again", sequence, outbox)
    }
    if Int.random(in: 0..<5) == 0 { return .retry(reason: "chance") }
    diary.note("sent", sequence, outbox)
    return .delivered
  }
}
