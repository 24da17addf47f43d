public import LinqEvents
public import LinqhookAuthentication
import TestKit

/// Makes requests that nobody has signed out of some that somebody has.
public struct Forger: Sendable {
  /// The scheme of what is changed.
  public let scheme: SignatureScheme
  /// What an eavesdropper has: of each scheme, two events.
  public let genuine: [SignedRequest]
  private var generator: SeededRandom

  /// The same seed gives the same forgeries.
  public init(scheme: SignatureScheme, secret: Secret, timestampSeconds: Int64, seed: UInt64) throws {
    self.scheme = scheme
    generator = SeededRandom(seed: seed)
    var genuine: [SignedRequest] = []
    for scheme in [scheme] + SignatureScheme.allCases.filter({ $0 != scheme }) {
      for number in 0..<2 {
        let body = """
          {"api_version":"v2","created_at":"2026-02-05T19:30:00Z","data":{"id":"\(number)","chat_id":"12345"},\
          "event_id":"evt_\(number)","event_type":"message.received"}
          """
        genuine.append(
          try SignedRequest(
            Array(body.utf8),
            scheme: scheme,
            secret: secret,
            id: "evt_\(number)",
            timestampSeconds: timestampSeconds + Int64(number)
          )
        )
      }
    }
    self.genuine = genuine
  }

  /// Another one.
  public mutating func next() -> SignedRequest {
    while true {
      var request = genuine[Int.random(in: 0..<2, using: &generator)]
      for _ in 0..<Int.random(in: 1...3, using: &generator) { change(&request) }
      if !genuine.contains(where: request.repeats) { return request }
    }
  }

  private mutating func change(_ request: inout SignedRequest) {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0, 1: request.body = changed(request.body)
    case 2: request.body = genuine.randomElement(using: &generator)?.body ?? []
    case 3...6 where !request.headers.isEmpty: changeHeader(of: &request)
    case 7: exchangeHeaders(of: &request)
    default: shiftBorder(of: &request)
    }
  }

  private mutating func changeHeader(of request: inout SignedRequest) {
    let index = Int.random(in: request.headers.indices, using: &generator)
    let (name, value) = request.headers[index]
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...2: request.headers[index].value = String(decoding: changed(Array(value.utf8)), as: UTF8.self)
    case 3:
      request.headers[index].value = Bool.random(using: &generator) ? value.uppercased() : value.lowercased()
    case 4: request.headers[index].value = withOtherPrefix(value)
    case 5:
      request.headers[index].value =
        (Int64(value) ?? 0).advanced(by: Int.random(in: -400...400, using: &generator)).description
    case 6: request.headers[index].value = "\(value), \(value)"
    case 7: request.headers.insert((name, String(decoding: changed(Array(value.utf8)), as: UTF8.self)), at: 0)
    case 8: request.headers.remove(at: index)
    default: request.headers[index].name = SignatureHeaders.Name.all.randomElement(using: &generator) ?? name
    }
  }

  /// Headers of one genuine request on another.
  private mutating func exchangeHeaders(of request: inout SignedRequest) {
    guard let other = genuine.randomElement(using: &generator) else { return }
    for (index, header) in request.headers.enumerated() where Bool.random(using: &generator) {
      if let value = other.value(of: header.name) { request.headers[index].value = value }
    }
    if Bool.random(using: &generator) { request.headers += other.headers }
    if Bool.random(using: &generator) { request.headers.shuffle(using: &generator) }
  }

  private mutating func withOtherPrefix(_ value: String) -> String {
    let prefixes = [
      "sha256=", "v1,", "v1a,", "v2,", "v0,", "sha1=", "SHA256=", "V1,", "sha256=sha256=", "v1,v1,", "v1=",
      ",",
    ]
    let prefix = prefixes.randomElement(using: &generator) ?? ""
    let old = prefixes.filter(value.hasPrefix).max { $0.count < $1.count }?.count ?? 0
    return prefix + value.dropFirst(old)
  }

  /// Moves bytes from one signed part into the next: what is signed then reads the same, but for a point.
  private mutating func shiftBorder(of request: inout SignedRequest) {
    let names = SignatureHeaders.Name.self
    let isTimestamp = Bool.random(using: &generator)
    let wanted = isTimestamp ? [names.xWebhookTimestamp, names.webhookTimestamp] : [names.webhookID]
    guard let index = request.headers.firstIndex(where: { wanted.contains($0.name) }) else { return }
    let value = request.headers[index].value
    let count = Int.random(in: 0...value.count, using: &generator)
    switch Int.random(in: 0..<3, using: &generator) {
    case 0:
      request.headers[index].value = String(value.dropLast(count))
      request.body = Array(value.suffix(count).utf8) + request.body
    case 1:
      request.headers[index].value = String(value.dropLast(count))
      request.body = Array((value.suffix(count) + ".").utf8) + request.body
    default:
      request.headers[index].value = value + "." + String(decoding: request.body.prefix(count), as: UTF8.self)
      request.body.removeFirst(min(count, request.body.count))
    }
  }

  private mutating func changed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    guard !bytes.isEmpty else { return [.random(in: 0...255, using: &generator)] }
    let index = Int.random(in: bytes.indices, using: &generator)
    let other = Int.random(in: bytes.indices, using: &generator)
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...2: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 3: bytes.removeLast(bytes.count - index)
    case 4: bytes.removeFirst(index)
    case 5: bytes.remove(at: index)
    case 6: bytes.insert(.random(in: 0...255, using: &generator), at: index)
    case 7: bytes.swapAt(index, other)
    case 8: bytes += bytes.prefix(other + 1)
    default: bytes.append(.random(in: 0...255, using: &generator))
    }
    return bytes
  }
}
