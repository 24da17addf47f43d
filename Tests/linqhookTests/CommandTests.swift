import Foundation
import ReceiverSupport
import TestKit
import Testing

/// The commands that help the person who runs it.
@Suite(.timeLimit(.minutes(3))) struct CommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("secret", "test_secret_0123456789ab\n")
    try folder.write("event.json", MainJobTests.guidePayload)
  }

  @Test func signGivesWhatOpensslGives() async throws {
    let expected = try await Program.shell(
      "openssl dgst -sha256 -hmac test_secret_0123456789ab -r '\(folder.file("event.json"))' | cut -d' ' -f1"
    )
    let signed = try await Program.run(
      "sign",
      "--secret-file",
      folder.file("secret"),
      folder.file("event.json")
    )
    #expect(signed.output == "X-Webhook-Signature: sha256=\(expected.output)")
  }

  @Test(arguments: ["1/60", "0.0166", "0", "-60", "inf", "nan", "fast"])
  func theSandboxTakesOneFormOfATimeScale(_ scale: String) async throws {
    let refused = try await Program.run("sandbox", "--listen", "127.0.0.1:0", "--time-scale=\(scale)")
    #expect(refused.status == 64 && refused.output.isEmpty)
    #expect(refused.messages.contains("--time-scale 60 makes a minute take a second"), "\(refused.messages)")
  }

  /// systemd starts the service again for the next connection while its socket is open.
  @Test func helpStopsTheSocketTogetherWithTheService() async throws {
    let help = try await Program.run("inbox", "restore", "--help").output
    #expect(help.contains("systemctl stop linqhook.socket linqhook\n"), "\(help)")
  }

  @Test func messageTellsWhatAnEventSays() async throws {
    let whole = try await Program.run("message", folder.file("event.json"))
    #expect(whole.status == 0 && whole.output.contains(#""event_type":"message.received","version":"v2""#))
    let event = folder.file("event.json")
    let text = try await Program.shell(
      "linqhook message --field from < '\(event)'; linqhook message --field reply_to '\(event)'"
    )
    #expect(text.output == "+15551234567\n")
    #expect(try await Program.run("message", "--field", "sender", event).status == 64)
    #expect(try await Program.shell("echo '[1]' | linqhook message").status == 65)
  }

  @Test(arguments: ["v2", "v3", "standard"])
  func verifyTakesWhatSignMade(_ scheme: String) async throws {
    let script = """
      cd '\(folder.path)'
      { linqhook sign --scheme \(scheme) --secret-file secret event.json; echo; cat event.json; } >request
      linqhook verify --secret-file secret request
      """
    let outcome = try await Program.shell(script)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("good: scheme \(scheme)"))
  }

  @Test func verifyExplainsAnAddedNewlineAndTellsNoSignature() async throws {
    let outcome = try await Program.shell(
      """
      cd '\(folder.path)'
      { linqhook sign --secret-file secret event.json; echo; cat event.json; echo; } >request
      linqhook verify --secret-file secret --explain request
      """
    )
    #expect(outcome.status == 65)
    #expect(outcome.output.lowercased().contains("line end"))
    let expected = try await Program.shell(
      "openssl dgst -sha256 -hmac test_secret_0123456789ab -r '\(folder.file("request"))' | cut -d' ' -f1"
    )
    #expect(!(outcome.output + outcome.messages).contains(expected.output.prefix(64)))
  }

  @Test func theStandardWebhooksVectorIsSignedAsPublished() async throws {
    try folder.write("body", #"{"test": 2432232314}"#)
    let outcome = try await Program.run(
      "sign",
      "--scheme",
      "standard",
      "--secret",
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      "--id",
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "--timestamp",
      "1614265330",
      folder.file("body")
    )
    #expect(outcome.output.contains("webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n"))
  }

  @Test func checkPrintsTheSettingsWithoutTheirSecrets() async throws {
    let file = try folder.write("linqhook.yaml", "endpoints: [{path: /in, secrets: [canary-4711-012345]}]\n")
    let outcome = try await Program.run(
      "check",
      "--config",
      file,
      "--print",
      environment: ["HOME": folder.path]
    )
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("path: /in"))
    #expect(!(outcome.output + outcome.messages).contains("canary-4711"))
  }

  @Test func wrongWordsExitWith64AndHelpShowsAnExample() async throws {
    #expect(try await Program.run("serve", "--colour").status == 64)
    #expect(try await Program.run("--version").output.first?.isNumber == true)
    for command in ["serve", "check", "sign", "send", "verify", "health"] {
      let help = try await Program.run(command, "--help")
      #expect(help.status == 0)
      #expect(help.output.contains("Example"), "\(command) --help")
    }
  }

  @Test func sendSaysThatNobodyListens() async throws {
    let outcome = try await Program.run("send", "http://127.0.0.1:1/", "--secret-file", folder.file("secret"))
    #expect(outcome.status == 69)
  }
}
