import Authentication
import Foundation
import HTTPClient
import LinqEvents
import Synchronization

/// Posts events as Linq would: each again until it is taken. What was acknowledged stands here, outside the
/// receiver, in the order in which it was acknowledged for each chat.
final class Poster: Sendable {
  private struct Record {
    var acknowledged: [[String]]
    var isStopping = false
    var goals: [(count: Int, reached: CheckedContinuation<Void, Never>)] = []
    var total = 0
  }

  private let record: Mutex<Record>
  private let signer: SignatureSigner
  private let client: HTTPClient
  private let url: String
  private let chats: Int

  init(url: String, secret: String, chats: Int) throws {
    self.url = url
    self.chats = chats
    signer = try SignatureSigner(scheme: .v2, secret: try Secret(secret))
    client = try HTTPClient(HTTPClientConfiguration(connectionsPerHostMax: chats))
    record = Mutex(Record(acknowledged: Array(repeating: [], count: chats)))
  }

  /// The acknowledged ids of each chat, in order.
  var acknowledged: [[String]] { record.withLock { $0.acknowledged } }

  /// Posts for every chat at once until `stop`; one event of a chat at a time, as order can only be promised
  /// for what was acknowledged.
  func run() async {
    await withDiscardingTaskGroup { group in
      for chat in 0..<chats { group.addTask { await self.post(chat: chat) } }
    }
    await client.shutdown()
  }

  func stop() { record.withLock { $0.isStopping = true } }

  /// Waits until so many more events were acknowledged.
  func more(_ count: Int) async {
    await withCheckedContinuation { continuation in
      record.withLock { $0.goals.append(($0.total + count, continuation)) }
    }
  }

  private func post(chat: Int) async {
    var number = 0
    while !record.withLock({ $0.isStopping }) {
      number += 1
      let id = "chat\(chat)-\(number)"
      let body = Self.event(id: id, chat: chat, isMessage: number % 20 == 1)
      // An event that was begun is sent until it is taken, even after `stop`: its fate must be known.
      while await !isTaken(body) {}
      acknowledge(id, chat: chat)
    }
  }

  private func isTaken(_ body: [UInt8]) async -> Bool {
    let fields = signer.headers(eventID: "", timestampSeconds: 0, body: body.span)
    let request = OutgoingRequest(
      method: "POST",
      url: url,
      headers: fields.map { HTTPField($0.name, $0.value) },
      body: .bytes(body),
      timeoutSeconds: 10
    )
    return (try? await client.send(request))?.status == 200
  }

  private func acknowledge(_ id: String, chat: Int) {
    let reached = record.withLock { record in
      record.acknowledged[chat].append(id)
      record.total += 1
      let total = record.total
      let reached = record.goals.filter { $0.count <= total }.map(\.reached)
      record.goals.removeAll { $0.count <= total }
      return reached
    }
    for goal in reached { goal.resume() }
  }

  private static func event(id: String, chat: Int, isMessage: Bool) -> [UInt8] {
    let type = isMessage ? "message.received" : "message.read"
    return Array(
      #"{"api_version":"v2","event_id":"\#(id)","event_type":"\#(type)","data":{"chat_id":"\#(chat)"}}"#.utf8
    )
  }
}
