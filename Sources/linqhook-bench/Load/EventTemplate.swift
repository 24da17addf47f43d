import Foundation
import LinqEvents
import LinqhookAuthentication

/// Signed requests like Linq's, each with its own id, made by changing bytes in place: the generator must
/// cost much less than the measured server.
struct EventTemplate {
  /// The whole request; the next one after each `advance`.
  private(set) var bytes: [UInt8]
  let bodyBytes: Int
  private let key: HMACSHA256Key
  private let signatureAt: Int
  private let bodyAt: Int
  private let idAt: Int
  private let chatAt: Int
  private let personAt: Int
  private var number = 0
  private let chats: Int
  /// The person of chat 0. Each chat has another: what Linq allows to send to one in a minute is soon sent.
  private static let person = "+12025560000"
  private static let idDigits = 12

  /// - Parameters:
  ///   - path: the endpoint's.
  ///   - bodyBytes: the least length of a body; a message is padded to it.
  ///   - run: distinguishes the ids of one run from those of others, 0 to 2^32 - 1.
  init(path: String, secret: String, bodyBytes: Int = 0, chats: Int = 1000, run: UInt32) throws {
    key = try HMACSHA256Key(try Secret(secret))
    self.chats = chats
    // Two words that `write` fills.
    let id = "00000000-0000-4000-8000-000000000000"
    guard
      var event = SampleEvent.make(
        type: "message.received",
        version: .v2,
        eventID: id,
        createdAtMilliseconds: Int64(Date().timeIntervalSince1970 * 1000)
      )
    else { throw BenchError.subject("There is no sample of message.received.") }
    _ = event.set("c0000000", at: try JSONPath("data.chat_id"))
    _ = event.set(JSONValue(Self.person), at: try JSONPath("data.from_phone"))
    // The member's name, quotes, colon and comma come with it.
    let missing = bodyBytes - event.compactBytes.count - 13
    if missing > 0 {
      _ = event.set(JSONValue(String(repeating: "x", count: missing)), at: try JSONPath("data.padding"))
    }
    let body = event.compactBytes
    self.bodyBytes = body.count
    let signature = String(repeating: "0", count: 64)
    let head = [
      "POST \(path) HTTP/1.1", "Host: localhost", "User-Agent: linqhook-bench",
      "Content-Type: application/json",
      "X-Webhook-Signature: sha256=\(signature)", "Content-Length: \(body.count)", "", "",
    ].joined(separator: "\r\n")
    bytes = Array(head.utf8) + body
    bodyAt = head.utf8.count
    signatureAt = try Self.position(of: signature, in: bytes)
    let idBegin = try Self.position(of: id, in: bytes)
    idAt = idBegin + 24
    chatAt = try Self.position(of: "c0000000", in: bytes) + 1
    personAt = try Self.position(of: Self.person, in: bytes) + Self.person.utf8.count - 4
    write(UInt64(run), digits: 8, at: idBegin)
    advance()
  }

  /// Changes the bytes to the next event.
  mutating func advance() {
    number += 1
    write(UInt64(number), digits: Self.idDigits, at: idAt)
    write(UInt64(number % chats), digits: 7, at: chatAt)
    write(UInt64(number % chats), digits: 4, base: 10, at: personAt)
    var message = key.message()
    message.append(bytes.span.extracting(bodyAt...))
    let code = message.authenticationCode().bytes
    for index in code.indices {
      bytes[signatureAt + 2 * index] = Hexadecimal.digit(code[index] >> 4)
      bytes[signatureAt + 2 * index + 1] = Hexadecimal.digit(code[index] & 15)
    }
  }

  /// The number of an event, from 1, by its id.
  static func number(ofID id: String) -> Int? { Int(id.suffix(idDigits), radix: 16) }

  private mutating func write(_ value: UInt64, digits: Int, base: UInt64 = 16, at place: Int) {
    var rest = value
    for index in (0..<digits).reversed() {
      bytes[place + index] = Hexadecimal.digit(UInt8(rest % base))
      rest /= base
    }
  }

  private static func position(of text: String, in bytes: [UInt8]) throws -> Int {
    let wanted = Array(text.utf8)
    let starts = 0...max(0, bytes.count - wanted.count)
    guard let found = starts.first(where: { bytes[$0...].starts(with: wanted) }) else {
      throw BenchError.subject("The sample event does not contain \(text).")
    }
    return found
  }
}
