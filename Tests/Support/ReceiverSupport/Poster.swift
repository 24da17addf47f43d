internal import Foundation
internal import LinqEvents
internal import LinqhookAuthentication
internal import LinqhookHTTPClient
internal import Synchronization

/// Posts events as Linq would: each again until it is taken. What was acknowledged stands here, outside the
/// receiver, in the order in which it was acknowledged for each chat.
package final class Poster: Sendable {
  private struct Goal {
    let id: UUID
    let isReached: @Sendable (Record) -> Bool
    let reached: CheckedContinuation<Void, any Error>
  }

  private struct Record {
    var acknowledged: [[String]]
    var isStopping = false
    var isAbandoned = false
    var isHeld = false
    var waiting: [CheckedContinuation<Void, Never>] = []
    var goals: [Goal] = []
    var total = 0
    var statuses: [Int: Int] = [:]
  }

  private let record: Mutex<Record>
  private let signer: SignatureSigner
  private let client: HTTPClient
  private let url: String
  private let chats: Int
  private let padding: String

  /// - Parameter padding: bytes that make each event longer.
  package init(url: String, secret: String, chats: Int, padding: Int = 0) throws {
    self.url = url
    self.chats = chats
    self.padding = String(repeating: "x", count: padding)
    signer = try SignatureSigner(scheme: .v2, secret: try Secret(secret))
    client = try HTTPClient(HTTPClientConfiguration(maxConnectionsPerHost: chats))
    record = Mutex(Record(acknowledged: Array(repeating: [], count: chats)))
  }

  /// The acknowledged ids of each chat, in order.
  package var acknowledged: [[String]] { record.withLock { $0.acknowledged } }

  /// How many there are.
  package var acknowledgedCount: Int { record.withLock { $0.total } }

  /// How often each status was answered; 0 counts those without an answer.
  package var statuses: [Int: Int] { record.withLock { $0.statuses } }

  /// Posts for every chat at once until `stop`; one event of a chat at a time, as order can only be promised
  /// for what was acknowledged.
  package func run() async {
    await withDiscardingTaskGroup { group in
      for chat in 0..<chats { group.addTask { await self.post(chat: chat) } }
    }
    await client.shutdown()
  }

  package func stop() {
    record.withLock { $0.isStopping = true }
    goOn()
  }

  /// Stops and waits until the fate of all that was begun is known.
  ///
  /// - Throws: `CancellationError` when the task is cancelled meanwhile; then the posting is abandoned.
  package func finish(_ posting: Task<Void, Never>) async throws {
    stop()
    await withTaskCancellationHandler {
      await posting.value
    } onCancel: {
      abandon()
    }
    try Task.checkCancellation()
  }

  /// Begins no new events until `goOn`.
  package func hold() { record.withLock { $0.isHeld = true } }

  /// Ends `hold`.
  package func goOn() {
    let waiting = record.withLock { record in
      record.isHeld = false
      defer { record.waiting = [] }
      return record.waiting
    }
    for poster in waiting { poster.resume() }
  }

  /// Ends all posting and waiting at once. What was under way has an unknown fate, so that no promise can be checked
  /// any more.
  package func abandon() {
    record.withLock { $0.isAbandoned = true }
    stop()
    giveUp { _ in true }
  }

  /// Waits until so many more events were acknowledged.
  ///
  /// Each of these waits throws `CancellationError` when its task is cancelled, as that of a test beyond its time limit
  /// is, and when the posting is abandoned.
  package func more(_ count: Int) async throws { try await rise(by: count) { $0.total } }

  /// Waits until this status was answered so many times more.
  package func more(_ count: Int, of status: Int) async throws {
    try await rise(by: count) { $0.statuses[status] ?? 0 }
  }

  /// Waits until so many more requests were answered, in whatever way.
  package func moreAnswers(_ count: Int) async throws {
    try await rise(by: count) { $0.statuses.values.reduce(0, +) - ($0.statuses[0] ?? 0) }
  }

  private func post(chat: Int) async {
    var number = 0
    while await mayBegin() {
      number += 1
      let id = "chat\(chat)-\(number)"
      let body = event(id: id, chat: chat, isMessage: Self.isMessage(number))
      // An event that was begun is sent until it is taken, even after `stop`: its fate must be known.
      // The pauses leave the machine to a receiver that is starting.
      while await !isTaken(body) {
        if record.withLock({ $0.isAbandoned }) { return }
        try? await Task.sleep(for: .milliseconds(10))
      }
      acknowledge(id, chat: chat)
    }
  }

  /// Waits while the posting is held; false when it is over.
  private func mayBegin() async -> Bool {
    await withCheckedContinuation { continuation in
      let mustWait = record.withLock { record in
        if record.isHeld { record.waiting.append(continuation) }
        return record.isHeld
      }
      if !mustWait { continuation.resume() }
    }
    return !record.withLock { $0.isStopping }
  }

  private func isTaken(_ body: [UInt8]) async -> Bool {
    let fields = signer.headers(eventID: "", timestampSeconds: 0, body: body.span)
    let request = OutgoingRequest(
      method: "POST",
      url: url,
      headers: fields.map { HTTPField($0.name, $0.value) },
      body: .bytes(body),
      timeout: .seconds(10)
    )
    let status = (try? await client.send(request))?.status ?? 0
    change { $0.statuses[status, default: 0] += 1 }
    return status == 200
  }

  private func acknowledge(_ id: String, chat: Int) {
    change { record in
      record.acknowledged[chat].append(id)
      record.total += 1
    }
  }

  private func rise(by count: Int, of figure: @escaping @Sendable (Record) -> Int) async throws {
    let id = UUID()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isOver = record.withLock { record in
          let goal = figure(record) + count
          let isOver = record.isAbandoned || Task.isCancelled
          if !isOver {
            record.goals.append(Goal(id: id, isReached: { figure($0) >= goal }, reached: continuation))
          }
          return isOver
        }
        if isOver { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      giveUp { $0.id == id }
    }
  }

  private func giveUp(_ isMeant: (Goal) -> Bool) {
    let goals = record.withLock { record in
      let goals = record.goals.filter(isMeant)
      record.goals.removeAll(where: isMeant)
      return goals
    }
    for goal in goals { goal.reached.resume(throwing: CancellationError()) }
  }

  private func change(_ body: (inout Record) -> Void) {
    let reached = record.withLock { record in
      body(&record)
      let state = record
      let reached = record.goals.filter { $0.isReached(state) }.map(\.reached)
      record.goals.removeAll { $0.isReached(state) }
      return reached
    }
    for goal in reached { goal.resume() }
  }

  /// Every twentieth event of a chat is a message, for handlers that are dear.
  private static func isMessage(_ number: Int) -> Bool { number % 20 == 1 }

  /// The acknowledged ids of messages.
  package var acknowledgedMessages: Set<String> {
    Set(
      acknowledged.flatMap { chat in chat.enumerated().filter { Self.isMessage($0.offset + 1) }.map(\.element)
      }
    )
  }

  private func event(id: String, chat: Int, isMessage: Bool) -> [UInt8] {
    let type = isMessage ? "message.received" : "message.read"
    let data = #"{"chat_id":"\#(chat)","text":"\#(padding)"}"#
    return Array(#"{"api_version":"v2","event_id":"\#(id)","event_type":"\#(type)","data":\#(data)}"#.utf8)
  }
}
