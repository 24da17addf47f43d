// A model of the daemon around the file handler, killed at random moments.
//
// The model keeps what the inbox would keep: a cursor and a checkpoint, recorded together some time after the
// batch was written, in order. A kill forgets everything else. What it leaves of the last batch is cut to a
// random length, as it would be if the kill came in the middle of the write or of the rotation after it.

import Delivery
import Foundation
import Inbox
import Testing

@testable import Handlers

private final class KilledDaemon {
  private let path: String
  private let settings: FileHandlerSettings
  private var random: SplitMix64
  private var handler: FileHandler
  private var recorded: (cursor: Int64, checkpoint: [UInt8]?) = (0, nil)
  private var unrecorded: [(cursor: Int64, checkpoint: [UInt8]?)] = []
  private var handed: Int64 = 0
  private var renames = 0
  private var lengthBefore = 0
  /// Nothing was delivered since the start: a torn line may still stand at the end.
  private var hasStarted = false
  private(set) var strangers: [String] = []

  init(folder: TemporaryFolder, seed: UInt64) async throws {
    random = SplitMix64(state: seed)
    path = "\(folder.path)/events.ndjson"
    let syncs: [FileHandlerSettings.Sync] = [.always, .interval(seconds: 0.001), .never]
    settings = FileHandlerSettings(
      path: path,
      format: Bool.random(using: &random) ? .payload : .envelope,
      sync: syncs.randomElement(using: &random) ?? .never,
      rotation: Bool.random(using: &random) ? .init(bytesMax: 700, keep: 1_000, compresses: false) : nil
    )
    handler = FileHandler(settings: settings, logger: CapturedLog().logger)
    _ = try await handler.start(checkpoint: nil, cursor: 0)
  }

  static func event(_ sequence: Int64) -> StoredEvent {
    let filling = String(repeating: "\(sequence)", count: Int(sequence % 17))
    return storedEvent(sequence, payload: #"{"sequence": \#(sequence), "filling": "\#(filling)"}"#)
  }

  func deliver() async throws {
    let count = Int64.random(in: 1...5, using: &random)
    lengthBefore = text(of: path).utf8.count
    let result = await handler.handle((1...count).map { Self.event(handed + $0) })
    guard case .delivered(let checkpoint) = result else { throw Failure.notDelivered(result) }
    handed += count
    hasStarted = false
    unrecorded.append((handed, checkpoint))
  }

  func record() {
    guard !unrecorded.isEmpty else { return }
    let count = Int.random(in: 1...unrecorded.count, using: &random)
    recorded = unrecorded[count - 1]
    unrecorded.removeFirst(count)
  }

  func step() async throws {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<8: try await deliver()
    case 8..<14: record()
    case 14: try await renameByLogrotate()
    case 15: try await intrude()
    case 16: try await stopAndStart()
    default: try await kill()
    }
    if unrecorded.count > 3 { record() }
  }

  /// Where we rotate ourselves logrotate has no business, and it does not come twice in a moment.
  private func renameByLogrotate() async throws {
    try await settle()
    guard recorded.checkpoint != nil, settings.rotation == nil else { return }
    if Bool.random(using: &random) { try await deliver() }
    renames += 1
    try FileManager.default.moveItem(atPath: path, toPath: "\(path).\(1_000 - renames)")
    if Bool.random(using: &random) {
      // The kill comes between the rename and the signal.
      try await kill()
    } else {
      await handler.reopen()
      if Bool.random(using: &random) { try await deliver() }
      if Bool.random(using: &random) { try await kill() }
    }
    try await deliver()
    try await settle()
  }

  /// Nothing is open any more: what a kill left was cut, all is recorded.
  private func settle() async throws {
    if hasStarted { try await deliver() }
    while !unrecorded.isEmpty { record() }
  }

  /// Only while all is recorded: what comes behind lines that a kill takes back goes with them.
  private func intrude() async throws {
    try await settle()
    let line = "stranger \(strangers.count)"
    strangers.append(line)
    let isWhole = Bool.random(using: &random)
    try append(line + (isWhole ? "\n" : ""), to: path)
    if !isWhole { try await deliver() }
  }

  private func stopAndStart() async throws {
    while !unrecorded.isEmpty { record() }
    if let checkpoint = await handler.stop() { recorded.checkpoint = checkpoint }
    try await start()
  }

  private func kill() async throws {
    let length = text(of: path).utf8.count
    if !unrecorded.isEmpty, length > lengthBefore {
      try resize(path, to: Int.random(in: lengthBefore...length, using: &random))
    } else if settings.rotation != nil, length > 0, Bool.random(using: &random) {
      // In the middle of our own rotation: the file is renamed, the new one is not there yet.
      let rotated = RotatedFiles(of: path)
      try FileManager.default.moveItem(atPath: path, toPath: rotated.nextPath(atMilliseconds: 0))
    }
    try await start()
  }

  private func start() async throws {
    unrecorded = []
    hasStarted = true
    // The old handler is let go without a word. It closes its file on its own queue, a moment later.
    handler = FileHandler(settings: settings, logger: CapturedLog().logger)
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
    try await deliver()
    _ = await handler.stop()
    return handed
  }

  enum Failure: Error { case notDelivered(BatchResult) }
}

private func storedEvent(_ sequence: Int64, payload: String) -> StoredEvent {
  event(sequence, payload: payload)
}

struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct ExactlyOnce {
  private static let seedsPerTest: UInt64 = 40

  @Test(arguments: 0..<8)
  func acrossKillsAtAnyMoment(_ group: UInt64) async throws {
    for seed in (group * Self.seedsPerTest)..<((group + 1) * Self.seedsPerTest) {
      let folder = try TemporaryFolder()
      let daemon = try await KilledDaemon(folder: folder, seed: seed)
      for _ in 0..<60 { try await daemon.step() }
      let last = try await daemon.finish()
      let lines = folder.names.flatMap { name in
        text(of: "\(folder.path)/\(name)").split(separator: "\n").map(String.init)
      }
      let sequences = lines.compactMap(Self.sequence).sorted()
      try #require(sequences == Array(1...last), "seed \(seed)")
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
