import Foundation
import ReceiverSupport
import ScriptedServer
import Synchronization
import TestKit
import Testing

/// `linqhook doctor` against a real receiver.
@Suite(.timeLimit(.minutes(3))) struct DoctorCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("secret", "doctor-secret-0123456789")
  }

  private func configuration(hook: String = "/bin/cat") -> String {
    """
    listen: 127.0.0.1:0
    admin: {listen: 127.0.0.1:0}
    inbox: {path: \(folder.file("inbox.db"))}
    endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
    handlers:
      - {name: archive, type: file, path: \(folder.file("events.ndjson"))}
      - {name: hook, type: shell, command: [\(hook)]}
    """
  }

  private func doctor(_ arguments: String) async throws -> Program.Outcome {
    try await Program.shell(
      "export LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))'; linqhook doctor \(arguments)"
    )
  }

  @Test func aSoundReceiverIsFoundGoodAndItsHandlersSeeNoProbe() async throws {
    try await withReceiver(in: folder, configuration: configuration()) { receiver in
      let outcome = try await doctor("--url \(receiver.url)")
      #expect(outcome.status == 0, "\(outcome)")
      for scheme in ["v2", "v3", "standard"] {
        #expect(outcome.output.contains("[+] public signature \(scheme): "), "\(outcome)")
      }
      #expect(outcome.output.contains("[+] body limit: "))
      #expect(!outcome.output.contains("[-]"))
      try await receiver.settled()
      let list = try await Program.shell(
        "LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))' linqhook events list --json"
      )
      #expect(list.output.contains(#""event_type":"linqhook.probe""#))
      #expect(!list.output.contains(#""state":"pending""#))
    }
    #expect(folder.read("events.ndjson").isEmpty)
  }

  @Test func thePublicAddressIsThatOfTheSubscriptionToOneOfThePaths() async throws {
    let targets = Mutex<[String]>([])
    let server = try ScriptedServer { _ in
      let list = targets.withLock(\.self).enumerated().map { number, url in
        #"{"id":"s-\#(number)","target_url":"\#(url)","subscribed_events":["message.received"],"is_active":true}"#
      }
      return answer("200 OK", body: "{\"subscriptions\":[\(list.joined(separator: ","))]}")
    }
    let linq = "\nlinq: {token: file:\(folder.file("secret")), url: \"\(server.url)\"}"
    try await withReceiver(in: folder, configuration: configuration() + linq) { receiver in
      let own = "\(receiver.url)?version=2026-02-03"
      targets.withLock { $0 = ["https://elsewhere.example/other", own] }
      let outcome = try await doctor("")
      #expect(outcome.output.contains("[+] public address: \(own), as"), "\(outcome)")
      #expect(outcome.output.contains("[+] public signature standard: "), "\(outcome)")
      targets.withLock { $0 = ["https://other.example/webhooks/linq", own, own + "&s=2"] }
      let ambiguous = try await doctor("")
      #expect(ambiguous.output.contains("[!] public address: "), "\(ambiguous)")
      #expect(ambiguous.output.contains("by --url"), "\(ambiguous)")
      #expect(!ambiguous.output.contains("public signature"))
    }
  }

  @Test func anotherSecretThanTheReceiversIsNamed() async throws {
    try await withReceiver(in: folder, configuration: configuration()) { receiver in
      try folder.write("secret", "another-secret-0123456789")
      let outcome = try await doctor("--url \(receiver.url)")
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("[-] public secret: "), "\(outcome)")
      #expect(!"\(outcome)".contains("another-secret"))
    }
  }

  @Test func aHookThatCannotStartAndAReceiverThatDoesNotRunAreNamed() async throws {
    try folder.write("hook", "#!/bin/sh\n", mode: 0o600)
    try folder.write("linqhook.yaml", configuration(hook: folder.file("hook")))
    let outcome = try await doctor("")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("[-] programs: handler hook: "), "\(outcome)")
    #expect(outcome.output.contains("[-] receiver: it does not run"), "\(outcome)")
  }

  @Test func anotherPathThanTheEndpointsIsNamed() async throws {
    try await withReceiver(in: folder, configuration: configuration()) { receiver in
      let outcome = try await doctor(
        "--json --url \(receiver.url.replacing("/webhooks/linq", with: "/elsewhere"))"
      )
      #expect(outcome.status == 1)
      #expect(outcome.output.contains(#""area":"public path""#), "\(outcome)")
    }
  }

  @Test func aConfigurationThatCannotBeReadIsNamed() async throws {
    try folder.write("linqhook.yaml", "listen: nowhere\n")
    let outcome = try await doctor("")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("[-] configuration: "), "\(outcome)")
  }

  @Test func aURLThatIsNoneIsWrongUsage() async throws {
    try folder.write("linqhook.yaml", configuration())
    #expect(try await doctor("--url hooks.example.com").status == 64)
  }
}
