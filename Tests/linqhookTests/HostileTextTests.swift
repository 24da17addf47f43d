import Foundation
import LinqEvents
import ReceiverSupport
import ShownText
import TestKit
import Testing

/// What strangers write may fill a terminal or a log, and must not steer it or hide in it.
@Suite(.timeLimit(.minutes(3))) struct HostileTextTests {
  /// One of each kind: an escape sequence, the same by a C1 control, an override of the direction, a line end of Unicode's,
  /// nothing that can be seen, a tag.
  private static let hostile = "\u{1B}[2J\u{9B}31m\u{202E}\u{2028}\u{200B}\u{FEFF}\u{E0041}"
  /// What people must be able to read.
  private static let harmless = "שלום 👨‍👩‍👧‍👦 ❤️"
  private let folder: TemporaryFolder
  private let configuration: String

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("secret", "canary-secret-4711")
    try folder.write("hostile", Self.hostile)
    try folder.write(
      "hook",
      "#!/bin/sh\ncat '\(folder.file("hostile"))' >&2\nexit 65\n",
      mode: 0o755
    )
    configuration = """
      listen: 127.0.0.1:0
      admin: {listen: 127.0.0.1:0}
      inbox: {path: \(folder.file("inbox.db"))}
      endpoints: [{path: /webhooks/linq, secrets: [file:\(folder.file("secret"))]}]
      handlers:
        - {name: log, type: log, redact: false}
        - {name: archive, type: file, path: \(folder.file("events.ndjson"))}
        - {name: hook, type: shell, command: [\(folder.file("hook"))]}
      """
  }

  private func linqhook(_ command: String) async throws -> Program.Outcome {
    try await Program.shell(
      "cd '\(folder.path)'; export LINQHOOK_CONFIG='\(folder.file("linqhook.yaml"))'; linqhook \(command)"
    )
  }

  /// The characters of a text that a person must not be shown, line ends and tabs aside.
  private func unsafe(_ text: String) -> [Substring] {
    text.split { $0 == "\n" || $0 == "\t" }.filter { !Shown.isSafe($0) }
  }

  private func event() throws -> String {
    let event: JSONValue = [
      "api_version": "v2", "event_id": JSONValue("id\u{202E}\u{200B}-1"),
      "event_type": "message.received", "created_at": JSONValue(RFC3339.text(milliseconds: 0)),
      "data": [
        "chat_id": JSONValue("7\u{9B}\u{202E}"), "text": JSONValue(Self.hostile + Self.harmless),
        "from_phone": JSONValue("+1202555\(Self.hostile)"),
      ],
    ]
    // As a stranger writes it: not escaped.
    let json = String(decoding: event.compactBytes, as: UTF8.self)
    let raw = ["\\u009b": "\u{9B}", "\\u202e": "\u{202E}", "\\u200b": "\u{200B}", "\\u2028": "\u{2028}"]
      .reduce(json) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    #expect(raw.contains("\u{9B}31m\u{202E}\u{2028}\u{200B}"))
    try folder.write("event.json", raw)
    return raw
  }

  /// An unsigned request with hostile bytes in header and body.
  private func postForgery(_ address: String, path: String) async throws {
    let port = address.split(separator: ":").last ?? ""
    try folder.write(
      "forgery",
      "POST \(path) HTTP/1.1\r\nHost: h\r\n"
        + "X-Trick: a\u{9B}31m\u{202E}b\r\nContent-Length: \(Self.hostile.utf8.count)\r\nConnection: close\r\n\r\n"
        + Self.hostile
    )
    let outcome = try await Program.shell(
      "exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(port); cat \"\(folder.file("forgery"))\" >&3; cat <&3'"
    )
    #expect(outcome.output.hasPrefix("HTTP/1.1 4"), "\(outcome)")
  }

  @Test func nothingOfAStrangerSteersATerminalOrALog() async throws {
    let raw = try event()
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      let sent = try await linqhook("send \(receiver.url) --secret-file secret event.json")
      #expect(sent.output.hasPrefix("200 "), "\(sent)")
      #expect(unsafe(sent.output).isEmpty)
      try await receiver.settled()
      try await postForgery(receiver.address, path: "/webhooks/linq")
      try await postForgery(receiver.address, path: "/\u{9B}31m")
      while try await linqhook("quarantine list").output.isEmpty { try Task.checkCancellation() }
      while try await linqhook("dead list").output.isEmpty { try Task.checkCancellation() }
      let commands = [
        "events list", "events show '#1'", "events list --json", "events show '#1' --json", "dead list",
        "dead list --json", "handlers list", "events stats", "quarantine list", "quarantine show 1",
        "quarantine show 1 --json", "events replay '#1' --handler archive", "events show 'no\u{9B}31m'",
        "dead retry '#1'",
      ]
      for command in commands {
        let outcome = try await linqhook(command)
        #expect(!(outcome.output + outcome.messages).isEmpty)
        #expect(unsafe(outcome.output + outcome.messages).isEmpty, "\(command)")
      }
      let shown = try await linqhook("events show '#1'").output
      #expect(shown.contains(Self.harmless))
      #expect(shown.contains(#"\u009b31m\u202e"#))
      #expect(shown.contains(#"id\u{202E}\u{200B}-1"#))
      #expect(shown.contains(#"\u{9B}31m\u{202E}"#), "the end of the hook's standard error")
      // Programs get the same values, and bytes where bytes are asked for.
      let json = try await linqhook("events show '#1' --json").output
      let payload = try JSONValue(parsing: Array(json.utf8).span)[member: "payload"]
      #expect(try payload == JSONValue(parsing: Array(raw.utf8).span))
      #expect(try await linqhook("quarantine show 1 --raw").output.hasSuffix("\r\n\r\n" + Self.hostile))
      #expect(folder.lines("events.ndjson").first == raw)
      #expect(unsafe(try await receiver.get("/readyz?verbose").body).isEmpty)
    }
    let log = folder.read("receiver.log")
    #expect(log.contains(Self.harmless))
    #expect(unsafe(log).isEmpty)
  }

  /// A terminal of its own, made by script(1), gets no raw bytes even where they are asked for.
  @Test func onATerminalTheRawRequestIsEscapedToo() async throws {
    try await withReceiver(in: folder, configuration: configuration) { receiver in
      try await postForgery(receiver.address, path: "/webhooks/linq")
      while try await linqhook("quarantine list").output.isEmpty { try Task.checkCancellation() }
      let outcome = try await Program.shell(
        "cd '\(folder.path)'; script -qec \"linqhook quarantine show 1 --raw --config linqhook.yaml\" /dev/null </dev/null"
      )
      #expect(outcome.output.contains(#"X-Trick: a\u{9B}31m\u{202E}b"#), "\(outcome)")
      #expect(unsafe(outcome.output.replacingOccurrences(of: "\r\n", with: "\n")).isEmpty)
    }
  }

  @Test func problemsOfAConfigurationStayOnTheirLineAndSteerNothing() async throws {
    for text in ["li\u{202E}sten: 1", "listen: \"a\\e[2J\\x9B31m\"", "\"log\\L\": {}", "listen: [\u{9B}"] {
      try folder.write("linqhook.yaml", text)
      let outcome = try await linqhook("check")
      #expect(outcome.status == 78, "\(outcome)")
      #expect(unsafe(outcome.output + outcome.messages).isEmpty, "\(outcome)")
    }
  }
}
