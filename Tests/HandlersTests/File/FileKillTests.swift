// A model of the daemon around the file handler, killed at random moments.
//
// The model keeps what the inbox would keep: a cursor and a checkpoint, recorded together some time after the
// batch was written, in order. A kill forgets everything else. What it leaves of the last batch is cut to a
// random length, as it would be if the kill came in the middle of the write or of the rotation after it.

import Foundation
import LinqhookDelivery
import LinqhookInbox
import LogSupport
import TestKit
import Testing

@testable import Handlers

private final class KilledDaemon {
  private let path: String
  private let options: FileHandlerOptions
  private var random: SeededRandom
  private var handler: FileHandler
  private var recorded: (cursor: Int64, checkpoint: [UInt8]?) = (0, nil)
  private var unrecorded: [(cursor: Int64, checkpoint: [UInt8]?, replays: Int)] = []
  /// Events to be written once more, oldest request first; how many of them the handler has had.
  private var pendingReplays: [Int64] = []
  private var handedReplays = 0
  private(set) var replays: [Int64] = []
  private var handed: Int64 = 0
  private var renames = 0
  private var lengthBefore = 0
  private var lengthAfter = 0
  private(set) var strangers: [String] = []

  init(folder: TemporaryFolder, seed: UInt64) async throws {
    random = SeededRandom(seed: seed)
    path = "\(folder.path)/events.ndjson"
    let syncs: [FileHandlerOptions.Sync] = [.always, .interval(seconds: 0.001), .never]
    options = FileHandlerOptions.test(
      path: path,
      format: Bool.random(using: &random) ? .payload : .envelope,
      sync: syncs.randomElement(using: &random) ?? .never,
      rotation: Bool.random(using: &random)
        ? FileHandlerOptions.Rotation.test(maxBytes: 700, keep: 1_000, compresses: false) : nil
    )
    handler = FileHandler(options: options, logger: CapturedLog().logger)
    _ = try await handler.start(checkpoint: nil, cursor: 0)
  }

  static func event(_ sequence: Int64) -> StoredEvent {
    let filling = String(repeating: "\(sequence)", count: Int(sequence % 17))
    let payload = #"{"sequence": \#(sequence), "filling": "\#(filling)"}"#
    // Some are newer than any start.
    return storedEvent(sequence, payload: payload, isNew: sequence % 4 == 0)
  }

  /// Replays first, as the dispatcher does it; they are batches of their own.
  func deliver() async throws {
    let replays = pendingReplays.dropFirst(handedReplays)
    let count = Int64.random(in: 1...5, using: &random)
    let batch = replays.isEmpty ? (1...count).map { handed + $0 } : Array(replays)
    lengthBefore = text(of: path).utf8.count
    let result = await handler.handle(batch.map(Self.event))
    guard case .delivered(let checkpoint) = result else { throw Failure.notDelivered(result) }
    lengthAfter = text(of: path).utf8.count
    if replays.isEmpty { handed += count } else { handedReplays += replays.count }
    unrecorded.append((handed, checkpoint, replays.count))
  }

  /// Commits some of what was delivered, in order. No checkpoint leaves the old one.
  func record() {
    guard !unrecorded.isEmpty else { return }
    for _ in 0..<Int.random(in: 1...unrecorded.count, using: &random) {
      let record = unrecorded.removeFirst()
      recorded = (record.cursor, record.checkpoint ?? recorded.checkpoint)
      pendingReplays.removeFirst(record.replays)
      handedReplays -= record.replays
    }
  }

  /// Only while nothing is open: after a kill nobody asks for a replay before the events are through.
  private func requestReplay() async throws {
    try await deliver()
    guard isSettled else { return }
    while !unrecorded.isEmpty { record() }
    let sequence = Int64.random(in: 1...recorded.cursor, using: &random)
    replays.append(sequence)
    pendingReplays.append(sequence)
  }

  func step() async throws {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<8: try await deliver()
    case 8..<14: record()
    case 14: try await renameByLogrotate()
    case 15: try intrude()
    case 16: try await stopAndStart()
    case 17: try await requestReplay()
    default: try await kill()
    }
    if unrecorded.count > 3 { record() }
  }

  private func renameByLogrotate() async throws {
    renames += 1
    guard FileManager.default.fileExists(atPath: path) else { return }
    try FileManager.default.moveItem(atPath: path, toPath: "\(path).\(1_000 - renames)")
    if Bool.random(using: &random) {
      // The kill comes between the rename and the signal.
      try await kill()
    } else {
      await handler.reopen()
    }
  }

  private func intrude() throws {
    let line = "stranger \(strangers.count)"
    strangers.append(line)
    let isGlued = !text(of: path).hasSuffix("\n") && !text(of: path).isEmpty
    try append((isGlued ? "\n" : "") + line + (Bool.random(using: &random) ? "\n" : ""), to: path)
  }

  private func stopAndStart() async throws {
    while !unrecorded.isEmpty { record() }
    if let checkpoint = await handler.stop() { recorded.checkpoint = checkpoint }
    try await start()
  }

  private func kill() async throws {
    let length = text(of: path).utf8.count
    if !unrecorded.isEmpty, length > lengthBefore, length == lengthAfter {
      try resize(path, to: Int.random(in: lengthBefore...length, using: &random))
    } else if options.rotation != nil, length > 0, Bool.random(using: &random) {
      // In the middle of our own rotation: the file is renamed, the new one is not there yet.
      let rotated = RotatedFiles(of: path)
      try FileManager.default.moveItem(atPath: path, toPath: rotated.nextPath(atMilliseconds: 0))
    }
    try await start()
  }

  private func start() async throws {
    unrecorded = []
    handedReplays = 0
    // The old handler is let go without a word. It closes its file on its own queue, a moment later.
    handler = FileHandler(options: options, logger: CapturedLog().logger)
    while true {
      do {
        switch try await handler.start(checkpoint: recorded.checkpoint, cursor: recorded.cursor) {
        case .fromCursor: handed = recorded.cursor
        case .after(let sequence): handed = sequence
        }
        lengthBefore = text(of: path).utf8.count
        return
      } catch FileHandlerError.inUse {
        await Task.yield()
      }
    }
  }

  func finish() async throws -> Int64 {
    // A checkpoint says that nothing is open any more: all that stands in the file was handed over again.
    repeat {
      try await deliver()
    } while !isSettled || pendingReplays.count > handedReplays
    _ = await handler.stop()
    return handed
  }

  private var isSettled: Bool {
    unrecorded.last?.checkpoint.flatMap(FileCheckpoint.init)?.hasLinesBehind == false
  }

  enum Failure: Error { case notDelivered(BatchResult) }
}

private func storedEvent(_ sequence: Int64, payload: String, isNew: Bool) -> StoredEvent {
  isNew ? newEvent(sequence, payload: payload) : event(sequence, payload: payload)
}

@Suite struct ExactlyOnce {
  /// `LINQHOOK_FILE_SEEDS` asks for fewer: under a sanitizer they would take all threads for minutes, and other tests
  /// would run out of patience.
  private static let seedsPerTest =
    ProcessInfo.processInfo.environment["LINQHOOK_FILE_SEEDS"].flatMap { UInt64($0) } ?? 40

  @Test(arguments: 0..<8)
  func acrossKillsAtAnyMoment(_ group: UInt64) async throws {
    for seed in (group * Self.seedsPerTest)..<((group + 1) * Self.seedsPerTest) {
      let folder = try TemporaryFolder()
      let daemon = try await KilledDaemon(folder: folder, seed: seed)
      for _ in 0..<80 { try await daemon.step() }
      let last = try await daemon.finish()
      let lines = folder.names.flatMap { name in
        text(of: "\(folder.path)/\(name)").split(separator: "\n").map(String.init)
      }
      let sequences = lines.compactMap(Self.sequence).sorted()
      try #require(sequences == (Array(1...last) + daemon.replays).sorted(), "seed \(seed)")
      let others = lines.filter { Self.sequence($0) == nil }.sorted()
      try #require(others == daemon.strangers.sorted(), "seed \(seed)")
    }
  }

  /// Nil for what is not a whole line of ours.
  private static func sequence(_ line: String) -> Int64? {
    let parsed = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    let payload = parsed?["payload"] as? [String: Any] ?? parsed
    return (payload?["sequence"] as? NSNumber)?.int64Value
  }
}
