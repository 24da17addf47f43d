import ChildProcesses
import Foundation
import LinqhookDelivery
import LogSupport
import Logging
import TestKit
import Testing

@testable import Handlers

/// What is said of a hook that cannot run as it stands.
@Suite struct HookHintTests {
  private let log = CapturedLog()
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func handler(_ text: String) throws -> ShellHandler {
    ShellHandler(
      options: ShellHandlerOptions.test(
        name: "hook",
        command: [try folder.write("hook", text, mode: 0o755)],
        environment: ["PATH"]
      ),
      daemonEnvironment: ["PATH": "/usr/bin:/bin"],
      logger: log.logger
    )
  }

  @Test(arguments: [
    ("echo hello\n", "has no `#!`"), ("#!/bin/sh\r\nexit 0\r\n", "CR LF"),
    ("#!/usr/bin/env sh\r\nexit 0\r\n", "CR LF"), ("\u{FEFF}#!/bin/sh\nexit 0\n", "byte order mark"),
    ("#!/nowhere/sh\n", "does not exist"),
  ])
  func theStartAndEachFailureSayWhy(_ text: String, _ words: String) async throws {
    let handler = try handler(text)
    try await handler.start()
    #expect(log.lines.contains { $0.hasPrefix("warning ") && $0.contains(words) }, "\(log.lines)")
    guard
      case .retry(let reason, nil) = await handler.handle(DeliveryAttempt(event: event(1), attempt: 1))
    else {
      Issue.record("it cannot have run")
      return
    }
    #expect(reason.contains(words))
  }

  @Test func aProperHookIsNotWarnedOf() async throws {
    let handler = try handler("#!/bin/sh\nexit 127\n")
    try await handler.start()
    #expect(log.lines.isEmpty)
    let result = await handler.handle(DeliveryAttempt(event: event(1), attempt: 1))
    #expect(result == .retry(reason: "The hook failed with status 127."))
  }
}

/// A hook can fill no more of the log than it may, whatever it writes.
@Suite struct HookOutputBounds {
  private let log = CapturedLog()

  /// What a log of text makes of the records, about.
  private var bytes: Int {
    log.records.reduce(0) { sum, record in
      let fields = record.metadata.reduce(0) { $0 + $1.key.utf8.count + "\($1.value)".utf8.count + 4 }
      return sum + 40 + record.message.utf8.count + fields
    }
  }

  private func write(_ bytes: [UInt8], maxBytes: Int) {
    var logger = log.logger
    logger[metadataKey: "handler"] = "hook"
    logger[metadataKey: "event_id"] = .string(String(repeating: "e", count: 255))
    var output = HookOutput(logger: logger, level: .info, maxBytes: maxBytes)
    output.append(.output, bytes)
    output.finish()
  }

  @Test(arguments: ["\n", "x\n", "x", "\u{0}", "\u{0}\n", "é", "👨‍👩‍👧‍👦", "\u{202E}", "\"", "\\"])
  func theWholeOfItWithWhatStandsBeforeEachLineIsBounded(_ piece: String) {
    write(Array(String(repeating: piece, count: 100_000).utf8), maxBytes: 65_536)
    #expect(bytes <= 65_536 + 1024)
    #expect(log.records.last?.message == "output limit reached; dropping the rest")
  }

  @Test(arguments: ["\u{0}", "é", "👨‍👩‍👧‍👦", "\u{202E}", "x"])
  func oneLineIsBounded(_ piece: String) {
    write(Array(String(repeating: piece, count: 4_000).utf8), maxBytes: 1 << 20)
    #expect(log.records.allSatisfy { $0.message.utf8.count <= 8192 })
    #expect(log.records.allSatisfy { !$0.message.isEmpty })
  }
}
