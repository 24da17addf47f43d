import Foundation
import ReceiverSupport
import ScriptedServer
import Synchronization
import TestKit
import Testing

/// The receiver looks at Linq's subscriptions by itself.
@Suite(.timeLimit(.minutes(2))) struct SubscriptionWatchTests {
  /// Linq's answer to a list of subscriptions, as V3 gives it.
  private static func list(active: Bool, url: String) -> String {
    let types = #"["message.received","message.sent"]"#
    return #"{"subscriptions":[{"id":"7f44c419-7d47-5989-9c2d-154bdf5ccb60","target_url":"\#(url)","#
      + #""subscribed_events":\#(types),"is_active":\#(active),"created_at":"2026-11-30T08:00:00Z","#
      + #""updated_at":"2026-11-30T08:00:00Z"}]}"#
  }

  @Test func aSubscriptionThatIsSwitchedOffIsToldOnceAndAgainWhenItIsOn() async throws {
    let folder = try TemporaryFolder()
    try folder.write("secret", "watch-secret-0123456789")
    try folder.write("token", "watch-token-canary")
    let good = "https://hooks.example.com/webhooks/linq?version=2026-02-03"
    let answered = Mutex(Self.list(active: false, url: good))
    let server = try ScriptedServer { connection in
      while connection.readRequest() != nil {
        connection.write(answer("200 OK", body: answered.withLock { $0 }))
      }
    }
    let configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      linq: {token: file:\(folder.file("token")), url: "\(server.url)", watch: {every: 1s}}
      """
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await wait { folder.read("receiver.log").contains("is inactive") }
      let admin = receiver.adminAddress
      let ready = try await Program.shell("curl -s 'http://\(admin)/readyz?verbose'")
      #expect(ready.output.contains("[-] subscriptions: Subscription 7f44c419"), "\(ready.output)")
      #expect(ready.output.hasSuffix("ready\n") && !ready.output.hasSuffix("not ready\n"))
      let problems = try await Program.shell(
        "curl -s http://\(admin)/metrics | grep ^linqhook_subscription_problems"
      )
      #expect(problems.output == "linqhook_subscription_problems 2\n")

      answered.withLock { $0 = Self.list(active: true, url: good) }
      try await wait { folder.read("receiver.log").contains("subscription problem is gone") }
      let none = try await Program.shell(
        "curl -s http://\(admin)/metrics | grep ^linqhook_subscription_problems"
      )
      #expect(none.output == "linqhook_subscription_problems 0\n")

      answered.withLock { $0 = Self.list(active: true, url: "https://hooks.example.com/webhooks/linq") }
      try await wait { folder.read("receiver.log").contains("names no payload version") }
    }
    let log = folder.read("receiver.log")
    // Each look finds the same, and tells it once.
    #expect(log.components(separatedBy: "is inactive").count == 3, "\(log)")
    #expect(!log.contains("watch-token-canary"))
  }

  @Test func aReloadHasTheSubscriptionsLookedAtAtOnce() async throws {
    let folder = try TemporaryFolder()
    try folder.write("secret", "watch-secret-0123456789")
    let good = "https://hooks.example.com/webhooks/linq?version=2026-02-03"
    let answered = Mutex(Self.list(active: false, url: good))
    let server = try ScriptedServer { _ in answer("200 OK", body: answered.withLock { $0 }) }
    let configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      linq: {url: "\(server.url)", watch: {every: 7d}}
      """
    let environment = ["LINQ_INTEGRATION_TOKEN": "watch-token-canary"]
    try await withReceiver(in: folder, configuration: configuration, environment: environment) { receiver in
      try await wait { folder.read("receiver.log").contains("is inactive") }
      answered.withLock { $0 = Self.list(active: true, url: good) }
      try receiver.signal(.terminalClosed)
      try await wait { folder.read("receiver.log").contains("subscription problem is gone") }
      answered.withLock { $0 = Self.list(active: false, url: good) }
      try receiver.signal(.terminalClosed)
      // Found, gone, and found again.
      try await wait { folder.read("receiver.log").components(separatedBy: "is inactive").count == 4 }
    }
  }

  /// A chat may be gone at Linq, or have been known to the other version of its API only.
  @Test func aChatThatLinqDoesNotKnowHidesNoFinding() async throws {
    let folder = try TemporaryFolder()
    try folder.write("secret", "watch-secret-0123456789")
    let list = Self.list(active: false, url: "https://hooks.example.com/webhooks/linq?version=2026-02-03")
    let server = try ScriptedServer { request in
      request.requestLine.contains("webhook-subscriptions")
        ? answer("200 OK", body: list)
        : answer(
          "404 Not Found",
          body: #"{"success":false,"error":{"status":404,"code":2001,"message":"no such chat"}}"#
        )
    }
    let configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      handlers: [{name: archive, type: file, path: \(folder.file("events.ndjson"))}]
      """
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      let sent = try await Program.shell(
        "linqhook send \(receiver.url) --secret-file '\(folder.file("secret"))'"
      )
      #expect(sent.output.hasPrefix("200 "), "\(sent)")
      try folder.write(
        "linqhook.yaml",
        configuration + "\nlinq: {token: file:\(folder.file("secret")), url: \"\(server.url)\"}\n"
      )
      try receiver.signal(.terminalClosed)
      try await wait { folder.read("receiver.log").contains("is inactive") }
    }
    #expect(!folder.read("receiver.log").contains("could not compare"))
  }

  @Test func anAPIThatDoesNotAnswerIsToldAndChangesNothing() async throws {
    let folder = try TemporaryFolder()
    try folder.write("secret", "watch-secret-0123456789")
    let server = try ScriptedServer { _ in }
    server.stop()
    let configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      linq: {url: "\(server.url)", watch: {every: 1s}}
      """
    let environment = ["LINQ_INTEGRATION_TOKEN": "watch-token-canary"]
    try await withReceiver(in: folder, configuration: configuration, environment: environment) { receiver in
      try await wait { folder.read("receiver.log").contains("could not compare Linq's subscriptions") }
      let ready = try await Program.shell(
        "curl -s -o /dev/null -w '%{http_code}' http://\(receiver.adminAddress)/readyz"
      )
      #expect(ready.output == "200")
    }
    #expect(!folder.read("receiver.log").contains("watch-token-canary"))
  }

  private func wait(until isSo: () -> Bool) async throws {
    while !isSo() {
      try Task.checkCancellation()
      await Task.yield()
    }
  }
}
