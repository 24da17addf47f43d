import LinqEvents
import MicroHTTP
import Pacing
import Synchronization

/// Takes the answers that linqhook sends, as Linq's V3 API would, and notes when each arrived.
final class LinqTarget: Sendable {
  /// When the answer to each event arrived, by the text of the answer. The first counts.
  private final class Arrivals: Sendable {
    let all = Mutex<(at: [String: Int64], repeated: Int)>(([:], 0))

    func note(_ text: String) {
      let now = MonotonicTime.now().nanoseconds
      all.withLock { all in
        if all.at.updateValue(all.at[text] ?? now, forKey: text) != nil { all.repeated += 1 }
      }
    }
  }

  private let arrivals = Arrivals()
  private let server: HTTPServer

  init() throws {
    let service = LinqService(note: { [arrivals] in arrivals.note($0) })
    server = try HTTPServer.start(
      HTTPServerConfiguration(addresses: [.tcp(host: "127.0.0.1", port: 0)]),
      service: service
    )
  }

  var url: String { "http://\(server.boundAddresses[0].description)" }
  var count: Int { arrivals.all.withLock(\.at.count) }
  /// When each answer arrived, in nanoseconds of the monotonic clock, and how many came more than once.
  var seen: (at: [String: Int64], repeated: Int) { arrivals.all.withLock(\.self) }
  func forget() { arrivals.all.withLock { $0 = ([:], 0) } }
  func stop() async { await server.stop(deadlineSeconds: 1) }
}

private struct LinqService: HTTPService {
  let note: @Sendable (String) -> Void

  func makeLoopHandler(loop: Int, replies: HTTPReplyQueue) -> any HTTPLoopHandler { LinqHandler(note: note) }
}

private final class LinqHandler: HTTPLoopHandler {
  private static let textPath = try? JSONPath("message.parts.0.value")
  private let note: @Sendable (String) -> Void
  /// What the client reads of an answer.
  private let sent = HTTPResponse(
    status: 202,
    json: """
      {"chat_id":"c","message":{"id":"m","parts":[{"type":"text","value":"x","reactions":null}],\
      "sent_at":"2026-12-01T00:00:00Z","delivered_at":null,"is_read":false,"service":"iMessage",\
      "preferred_service":"iMessage","created_at":"2026-12-01T00:00:00Z","delivery_status":"queued",\
      "effect":null,"reply_to":null}}
      """
  )
  /// To the watch over the subscriptions.
  private let nothing = HTTPResponse(status: 200, json: #"{"subscriptions":[]}"#)

  init(note: @escaping @Sendable (String) -> Void) { self.note = note }

  func admit(_ request: borrowing HTTPRequest) -> HTTPAdmission { .receiveBody(maxBytes: 1 << 20) }

  func handle(_ request: borrowing HTTPRequest, body: consuming [UInt8]) -> HTTPDisposition {
    guard let text = Self.textPath?.value(in: body.span) else { return .respond(nothing) }
    note(text.text)
    return .respond(sent)
  }
}
