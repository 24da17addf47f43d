import ForgerySupport
import Foundation
import InboxSupport
import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookInbox
import Testing

/// Nothing that nobody has signed is stored, whatever way it takes in.
@Suite struct ForgeryTests {
  /// `Tests/run --forgeries` makes more of them.
  private static let count =
    ProcessInfo.processInfo.environment["LINQHOOK_FORGERIES"].flatMap { Int($0) }.map { $0 / 100 } ?? 1500

  @Test(arguments: SignatureScheme.allCases)
  func noForgeryIsStoredAndWhatWasSignedIs(scheme: SignatureScheme) async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    var forger = try forger(scheme, seed: 11)
    // None has verified yet: some are told to come again, for they might be Linq's.
    var statuses: [Int: Int] = [:]
    for _ in 0..<Self.count { statuses[try await status(of: forger.next(), at: receiver), default: 0] += 1 }
    #expect(Set(statuses.keys) == [401, 503])
    #expect(receiver.inbox.lastSequence == 0)
    #expect(receiver.service.statistics.verified.isEmpty)
    for genuine in forger.genuine.prefix(2) { #expect(try await receiver.send(Post(genuine)).status == 200) }
    #expect(receiver.inbox.lastSequence == 2)
    for _ in 0..<Self.count { try await expectRefused(forger.next(), by: receiver) }
    #expect(receiver.inbox.lastSequence == 2)
    await receiver.stop()
  }

  @Test func noForgeryIsStoredThatCameOverASocket() async throws {
    let receiver = try ReceiverUnderTest(.overASocket)
    try await receiver.verifyOne()
    for scheme in SignatureScheme.allCases {
      var forger = try forger(scheme, seed: 13)
      var sent = 0
      while sent < 100 {
        let forgery = forger.next()
        // The client does not send what is no field value.
        guard forgery.headers.allSatisfy({ $0.value.utf8.allSatisfy { (0x20...0x7e).contains($0) } }) else {
          continue
        }
        sent += 1
        try await expectRefused(forgery, by: receiver)
      }
    }
    #expect(receiver.inbox.lastSequence == 0)
    await receiver.stop()
  }

  /// V2 signs the body alone: what stands before the body in V3 and Standard Webhooks may be put into it. The
  /// signature is good then, but such a body is no JSON, and nothing of it is stored.
  @Test(arguments: [SignatureScheme.v3, .standard])
  func whatWasSignedByAnotherSchemeIsNoEventOfV2(scheme: SignatureScheme) async throws {
    let receiver = try ReceiverUnderTest(.inProcess)
    for genuine in try forger(scheme, seed: 1).genuine.prefix(2) {
      let names = SignatureHeaders.Name.self
      let signature = try #require(genuine.value(of: names.xWebhookSignature) ?? hexadecimal(genuine))
      let front = [names.webhookID, names.webhookTimestamp, names.xWebhookTimestamp]
        .compactMap { genuine.value(of: $0) }.map { $0 + "." }.joined()
      var post = Post(genuine)
      post.headers = [(names.xWebhookSignature, "sha256=\(signature)")]
      post.body = Array(front.utf8) + genuine.body
      #expect(try await receiver.send(post).status != 200)
    }
    // The signatures were good: it is the bodies that were refused.
    #expect(receiver.refusals.all.map(\.reason) == [.unusableEvent, .unusableEvent])
    #expect(receiver.inbox.lastSequence == 0)
    await receiver.stop()
  }

  private func hexadecimal(_ request: SignedRequest) -> String? {
    guard let value = request.value(of: SignatureHeaders.Name.webhookSignature)?.dropFirst(3) else {
      return nil
    }
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bits = ""
    for byte in value.utf8.prefix(43) {
      let index = digits.firstIndex(of: byte) ?? 0
      bits += String(repeating: "0", count: 6 - String(index, radix: 2).count) + String(index, radix: 2)
    }
    return stride(from: 0, to: 256, by: 4).reduce("") { text, start in
      let from = bits.index(bits.startIndex, offsetBy: start)
      return text + String(Int(bits[from..<bits.index(from, offsetBy: 4)], radix: 2) ?? 0, radix: 16)
    }
  }

  private func forger(_ scheme: SignatureScheme, seed: UInt64) throws -> Forger {
    try Forger(
      scheme: scheme,
      secret: try Secret(ReceiverUnderTest.secretText),
      timestampSeconds: ReceiverUnderTest.now,
      seed: seed
    )
  }

  private func status(of forgery: SignedRequest, at receiver: ReceiverUnderTest) async throws -> Int {
    try await receiver.send(Post(forgery)).status
  }

  private func expectRefused(_ forgery: SignedRequest, by receiver: ReceiverUnderTest) async throws {
    let answer = try await receiver.send(Post(forgery))
    // 503 is for one who knows the secret, too, and whose clock, or ours, is wrong: none of these does.
    #expect(answer.status == 401, "\(forgery.headers) \(String(decoding: forgery.body, as: UTF8.self))")
  }
}

extension Post {
  fileprivate init(_ request: SignedRequest) {
    self.init(headers: request.headers.map { ($0.name, $0.value) }, body: request.body)
  }
}
