import LinqEvents
import LinqhookDelivery
import LinqhookInbox

/// A handler that writes down what it was given and answers as the test says.
final class ScriptedHandler: EventHandler {
  struct Log: Sendable {
    var attempts: [DeliveryAttempt] = []
    var delivered: [Int64] = []
    var running: [Int64: String] = [:]
    var maxRunning = 0
    var brokeOrder = false
    var starts = 0
    var stops = 0
    var reopens = 0
  }

  let log = Observed(Log())
  private let answer: @Sendable (DeliveryAttempt) async -> DeliveryResult
  private let onStart: @Sendable () throws -> Void
  private let onDrain: @Sendable (Duration) -> Void

  init(
    answer: @escaping @Sendable (DeliveryAttempt) async -> DeliveryResult = { _ in .delivered },
    onStart: @escaping @Sendable () throws -> Void = {},
    onDrain: @escaping @Sendable (Duration) -> Void = { _ in }
  ) {
    self.onStart = onStart
    self.onDrain = onDrain
    self.answer = answer
  }

  func start() async throws {
    try onStart()
    log.change { $0.starts += 1 }
  }

  func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    let sequence = attempt.event.sequence
    log.change { log in
      log.attempts.append(attempt)
      if let chat = attempt.event.envelope.chatID {
        if log.running.values.contains(chat) { log.brokeOrder = true }
        log.running[sequence] = chat
      }
      log.maxRunning = max(log.maxRunning, log.running.count)
    }
    let result = await answer(attempt)
    log.change { log in
      log.running[sequence] = nil
      if result == .delivered { log.delivered.append(sequence) }
    }
    return result
  }

  func reopen() async { log.change { $0.reopens += 1 } }
  func beginDraining(within duration: Duration) async { onDrain(duration) }
  func stop() async { log.change { $0.stops += 1 } }

  /// Returns once so many events were delivered.
  func waitForDelivered(_ count: Int) async { await log.wait { $0.delivered.count >= count } }

  /// Returns once so many attempts have begun.
  func waitForAttempts(_ count: Int) async { await log.wait { $0.attempts.count >= count } }

  var delivered: [Int64] { log.value.delivered }
  var attempts: [Int64] { log.value.attempts.map(\.event.sequence) }
}

/// Lets attempts through one by one, or all.
final class Gate: Sendable {
  private let open = Observed(Open())
  private struct Open: Sendable {
    var all = false
    var sequences: Set<Int64> = []
  }

  func pass(_ sequence: Int64) async { await open.wait { $0.all || $0.sequences.contains(sequence) } }
  func open(_ sequences: Int64...) { open.change { $0.sequences.formUnion(sequences) } }
  func openAll() { open.change { $0.all = true } }
}

/// A batch handler that keeps what it was given, with the length as its checkpoint, like a file.
actor ScriptedBatchHandler: BatchEventHandler {
  struct Log: Sendable {
    var batches: [[Int64]] = []
    var kept: [Int64] = []
    var startedWith: [UInt8]?
    var stops = 0
    var reopens = 0
  }

  let log = Observed(Log())
  nonisolated let gatheringTime: Duration
  private let resumption: BatchResumption
  private let answer: @Sendable ([StoredEvent]) async -> BatchResult?

  /// An answer of nil keeps the events and counts them in the checkpoint.
  init(
    resumption: BatchResumption = .fromCursor,
    gatheringTime: Duration = .zero,
    answer: @escaping @Sendable ([StoredEvent]) async -> BatchResult? = { _ in nil }
  ) {
    self.resumption = resumption
    self.gatheringTime = gatheringTime
    self.answer = answer
  }

  func start(checkpoint: [UInt8]?, cursor: Int64) async throws -> BatchResumption {
    log.change { $0.startedWith = checkpoint }
    return resumption
  }

  func handle(_ events: [StoredEvent]) async -> BatchResult {
    log.change { $0.batches.append(events.map(\.sequence)) }
    if let result = await answer(events) { return result }
    let length = log.change { log in
      log.kept += events.map(\.sequence)
      return log.kept.count
    }
    return .delivered(checkpoint: Array("\(length)".utf8))
  }

  func reopen() async { log.change { $0.reopens += 1 } }

  func stop() async -> [UInt8]? {
    log.change { $0.stops += 1 }
    return Array("stopped".utf8)
  }
}
