import Foundation

@testable import MicroHTTP

/// Sends one vector, with another request behind it, and tells what was wrong with what became of them.
struct FramingTrial {
  /// How the bytes go out: it must not matter.
  enum Sending: Sendable, CaseIterable {
    case atOnce, byteByByte
  }

  private static let next = Array("GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".utf8)

  let vector: FramingVector
  let service: TestService
  let address: ListenAddress

  /// What was wrong; nil when all was right.
  func fault(sending: Sending) throws -> String? {
    let seenBefore = service.seen.count
    let client = try RawClient(address)
    switch sending {
    case .atOnce: client.send(vector.bytes + Self.next)
    case .byteByByte:
      client.sendsSmallPieces()
      for byte in vector.bytes where !client.send([byte]) { break }
      client.send(Self.next)
    }
    // A server that waits for more, because it has understood something else, is cut off by the client's limit.
    let answers = Self.answers(in: try client.readToEnd())
    return Self.fault(
      vector.verdict,
      answers: answers.filter { $0.status >= 200 },
      seen: Array(service.seen.dropFirst(seenBefore))
    )
  }

  private static func fault(
    _ verdict: FramingVector.Verdict,
    answers: [(status: Int, closes: Bool)],
    seen: [HTTPSnapshot]
  ) -> String? {
    let requests = seen.filter { $0.path != "/next" || $0.method != "GET" }
    let what = "statuses \(answers.map(\.status)), seen \(seen.map { "\($0.method) \($0.path)" })"
    if requests.count > 1 { return "more than one request: \(what)" }
    switch verdict {
    case .status(let status):
      guard seen.isEmpty, answers.map(\.status) == [status] else { return what }
      return answers[0].closes ? nil : "the answer does not say that it closes"
    case .refuse:
      guard seen.isEmpty, answers.count <= 1 else { return what }
      guard let answer = answers.first else { return nil }
      return (400...599).contains(answer.status) && answer.closes ? nil : what
    case .accept(let body):
      guard let request = requests.first, seen.first?.path == request.path else { return "refused: \(what)" }
      guard request.body == body else { return "body of \(request.body.count) bytes: \(what)" }
      guard answers.count == seen.count, answers.allSatisfy({ $0.status == 200 }) else { return what }
      // One that closes does so before the next request.
      return answers[0].closes == (seen.count == 1) ? nil : "one request too few, or too many: \(what)"
    case .once:
      guard answers.count <= max(1, seen.count) else { return what }
      return requests.isEmpty && !seen.isEmpty ? "the bytes disappeared: \(what)" : nil
    }
  }

  private static func answers(in text: String) -> [(status: Int, closes: Bool)] {
    text.components(separatedBy: "HTTP/1.").dropFirst().compactMap { answer in
      Int(answer.dropFirst(2).prefix(3)).map { ($0, answer.contains("Connection: close")) }
    }
  }
}
