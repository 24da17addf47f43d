import Foundation
import ReceiverSupport
import TestKit
import Testing

/// What an operator does to a receiver that runs, and what it tells.
@Suite(.timeLimit(.minutes(3))) struct OperationsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func configuration(_ extra: String = "", port: Int = 0, handlers: [String] = []) -> String {
    let archive = "{name: archive, type: file, path: \(folder.file("events.ndjson"))}"
    return """
      listen: 127.0.0.1:\(port)
      admin: {listen: 127.0.0.1:0}
      endpoints: [{path: /webhooks/linq, secrets: [test_secret_0123456789ab]}]
      inbox: {path: \(folder.file("inbox.db"))}
      handlers: [\(([archive] + handlers).joined(separator: ", "))]
      \(extra)
      """
  }

  @Test func silenceRunsItsCommandOnce() async throws {
    let command = try folder.write(
      "alarm",
      "#!/bin/sh\nenv >>'\(folder.file("alarm.log"))'\n",
      mode: 0o755
    )
    let environment = ["CANARY": "must-not-be-passed-on"]
    let extra = "silence: {after: 1s, command: [\(command)]}"
    try await withReceiver(
      in: folder,
      configuration: configuration(extra),
      environment: environment
    ) { receiver in
      try await folder.waitForLine(with: "LINQ_SILENCE_SECONDS=", in: "alarm.log")
      #expect(folder.read("receiver.log").contains("no new event for a while"))
    }
    #expect(!folder.read("alarm.log").contains("must-not-be-passed-on"))
    #expect(folder.lines("alarm.log").filter { $0.hasPrefix("LINQ_SILENCE_SECONDS=") }.count == 1)
  }

  /// A container's cpuset allows fewer cores than are online.
  @Test func thereIsOneLoopForEachCoreThatTheProgramMayUse() async throws {
    func expectLoops(_ count: Int, under wrapper: [String]) async throws {
      try await withReceiver(in: folder, configuration: configuration(), under: wrapper) { receiver in
        let threads = "/proc/\(receiver.processID)/task"
        var loops: Set<String> = []
        // A thread names itself when it has begun, and may be gone before it is looked at.
        while loops.count < count {
          try Task.checkCancellation()
          let names = try FileManager.default.contentsOfDirectory(atPath: threads).compactMap {
            try? String(contentsOfFile: "\(threads)/\($0)/comm", encoding: .utf8)
          }
          // Other servers of the program have one loop, of the same name as the first.
          loops = Set(names.filter { $0.hasPrefix("http-") })
        }
        #expect(loops.count == count)
      }
    }
    let allowed = try await Program.shell("nproc; awk '/Cpus_allowed_list/ {print $2}' /proc/self/status")
      .output
    let words = allowed.split { !$0.isNumber }
    try await expectLoops(try #require(Int(words[0])), under: [])
    try await expectLoops(1, under: ["/usr/bin/taskset", "--cpu-list", String(words[1])])
  }

  /// Handlers come and go and the level changes, while 16 chats post without a pause.
  @Test func fiftyReloadsUnderLoadCostNoEventAndNoAnswer() async throws {
    try await withReceiver(in: folder, configuration: configuration()) { receiver in
      let poster = try Poster(url: receiver.url, secret: "test_secret_0123456789ab", chats: 16)
      let posting = Task { await poster.run() }
      for round in 1...50 {
        let handlers = round.isMultiple(of: 2) ? ["{name: log, type: log, level: debug}"] : []
        let level = round.isMultiple(of: 3) ? "log: {level: warning}" : "log: {level: info}"
        try folder.write("linqhook.yaml", configuration(level, handlers: handlers))
        let before = try await receiver.figure("linqhook_config_last_reload_success_timestamp_seconds")
        try receiver.signal(.init(rawValue: 1))
        while try await receiver.figure("linqhook_config_last_reload_success_timestamp_seconds") == before {
          try Task.checkCancellation()
        }
        try await poster.more(16)
      }
      try await poster.finish(posting)
      try await receiver.settled()
      let metrics = try await receiver.get("/metrics").body
      let answers = metrics.split(separator: "\n").filter { $0.hasPrefix("linqhook_http_requests_total{") }
      #expect(answers.allSatisfy { $0.contains(#"code="200""#) }, "\(answers)")
      let acknowledged = poster.acknowledged.reduce(0) { $0 + $1.count }
      #expect(folder.lines("events.ndjson").count == acknowledged)
      #expect(try await receiver.figure("linqhook_config_last_reload_successful") == 1)
    }
  }

  @Test func aReloadChangesTheLevelOfTheLogAndItsFormatWaits() async throws {
    try await withReceiver(in: folder, configuration: configuration("log: {level: warning}")) { receiver in
      try folder.write("linqhook.yaml", configuration("log: {level: info, format: json}"))
      try receiver.signal(.init(rawValue: 1))
      try await folder.waitForLine(with: "INFO configuration reloaded", in: "receiver.log")
    }
    let log = folder.lines("receiver.log")
    #expect(log.contains { $0.contains("after a restart") && $0.contains("log.format") })
    #expect(log.last?.contains("INFO stopped") == true)
    #expect(log.allSatisfy { !$0.hasPrefix("{") }, "\(log)")
  }

  /// Left alone, they would run without a time-out, beside those that the next start runs for the same events.
  @Test func hooksAreKilledWhenAStopIsAskedForASecondTime() async throws {
    let script = """
      #!/bin/sh
      setsid sh -c 'echo "orphan $$" >>"\(folder.file("hook.log"))"; exec sleep 600' &
      echo "leader $$" >>'\(folder.file("hook.log"))'
      trap '' TERM
      sleep 600
      """
    let hook = try folder.write("hook", script, mode: 0o755)
    let handlers = ["{name: hook, type: shell, command: [\(hook)], timeout: 600s}"]
    let status = try await withReceiver(in: folder, configuration: configuration(handlers: handlers)) {
      receiver in
      _ = try await Program.run("send", receiver.url, "--secret", "test_secret_0123456789ab")
      for process in ["leader", "orphan"] { try await folder.waitForLine(with: process, in: "hook.log") }
      try receiver.signal(.terminate)
      try await folder.waitForLine(with: "finishing work in flight", in: "receiver.log")
      try receiver.signal(.terminate)
      await receiver.ended()
    }
    #expect(status == 1)
    for line in folder.lines("hook.log") {
      // Empty for one that waits to be reaped, by whoever inherited it.
      let arguments = try? String(contentsOfFile: "/proc/\(line.dropFirst(7))/cmdline", encoding: .utf8)
      #expect(arguments ?? "" == "")
    }
  }

  /// As a log driver that hangs would.
  @Test func aReaderOfTheLogThatHangsHoldsUpNothingAndGetsEveryEventLater() async throws {
    // It keeps standard output too, so that a run ends when the reader has ended.
    let wrapper = """
      exec 3> >(exec cat 4>&1 >>'\(folder.file("receiver.log"))'); echo $! >'\(folder.file("reader"))'
      exec "$@" 2>&3 3>&-
      """
    let handlers = (1...4).map { "{name: log\($0), type: log}" }
    let status = try await withReceiver(
      in: folder,
      configuration: configuration(handlers: handlers),
      under: ["/bin/bash", "-c", wrapper, "bash"]
    ) { receiver in
      let reader = try #require(Int32(folder.lines("reader").first ?? ""))
      #expect(kill(reader, SIGSTOP) == 0)
      defer { kill(reader, SIGCONT) }
      // More than the pipe holds.
      let send = "linqhook send \(receiver.url) --secret test_secret_0123456789ab"
      #expect(try await Program.shell("\(send) --count 499; \(send) --event message.read").status == 0)
      try await folder.waitForLine(with: "message.read", in: "events.ndjson")
      #expect(folder.lines("events.ndjson").count == 500)
      #expect(kill(reader, SIGCONT) == 0)
      let all =
        "grep -m2000 -c 'event received' <(exec tail -n +1 -F --pid=$$ '\(folder.file("receiver.log"))')"
      #expect(try await Program.shell(all).status == 0)
    }
    #expect(status == 0)
    #expect(folder.lines("receiver.log").filter { $0.contains("event received") }.count == 2000)
  }

  @Test func everyMetricOfTheContractIsThereWithItsTypeAndLabels() async throws {
    try await withReceiver(in: folder, configuration: configuration()) { receiver in
      let sent = try await Program.run(
        "send",
        receiver.url,
        "--secret",
        "test_secret_0123456789ab",
        "--count",
        "3"
      )
      #expect(sent.status == 0)
      #expect(try await receiver.post(Array("{}".utf8), headers: []).status == 401)
      try await receiver.settled()
      let page = try await receiver.get("/metrics").body
      for (name, type, labels) in Self.metrics {
        #expect(page.contains("# TYPE \(name) \(type)\n"), "\(name) is no \(type).")
        let suffix = type == "histogram" ? "_count" : ""
        let opening = labels.isEmpty ? "\(name)\(suffix) " : "\(name)\(suffix){\(labels[0])=\""
        let line = page.split(separator: "\n").first { $0.hasPrefix(opening) }
        #expect(line != nil, "\(name) has no sample.")
        for label in labels { #expect(line?.contains("\(label)=\"") == true, "\(name) lacks \(label).") }
      }
      #expect(page.contains("linqhook_events_total{outcome=\"accepted\"} 3\n"))
      #expect(page.contains("linqhook_events_total{outcome=\"invalid_signature\"} 1\n"))
      for outcome in ["duplicate", "stale", "too_old", "unusable", "too_large", "unavailable"] {
        #expect(page.contains("linqhook_events_total{outcome=\"\(outcome)\"} 0\n"))
      }
      #expect(
        page.contains("linqhook_handler_deliveries_total{handler=\"archive\",result=\"delivered\"} 3\n")
      )
    }
  }

  private static let metrics: [(String, String, [String])] = [
    ("linqhook_http_requests_total", "counter", ["code"]),
    ("linqhook_http_request_duration_seconds", "histogram", []),
    ("linqhook_admin_refused_total", "counter", ["reason"]),
    ("linqhook_events_total", "counter", ["outcome"]),
    ("linqhook_events_unknown_total", "counter", ["what"]),
    ("linqhook_signature_verified_total", "counter", ["scheme", "secret"]),
    ("linqhook_inbox_pending_events", "gauge", []),
    ("linqhook_inbox_bytes", "gauge", []),
    ("linqhook_commit_duration_seconds", "histogram", []),
    ("linqhook_commit_batch_events", "histogram", []),
    ("linqhook_dedup_entries", "gauge", []),
    ("linqhook_dedup_evictions_total", "counter", ["reason"]),
    ("linqhook_quarantine_entries", "gauge", []),
    ("linqhook_handler_deliveries_total", "counter", ["handler", "result"]),
    ("linqhook_handler_duration_seconds", "histogram", ["handler"]),
    ("linqhook_handler_pending_events", "gauge", ["handler"]),
    ("linqhook_handler_oldest_pending_seconds", "gauge", ["handler"]),
    ("linqhook_handler_in_flight", "gauge", ["handler"]),
    ("linqhook_handler_paused", "gauge", ["handler"]),
    ("linqhook_dead_letters", "gauge", ["handler"]),
    ("linqhook_last_event_timestamp_seconds", "gauge", []),
    ("linqhook_clock_skew_seconds", "gauge", []),
    ("linqhook_config_last_reload_successful", "gauge", []),
    ("linqhook_config_last_reload_success_timestamp_seconds", "gauge", []),
    ("linqhook_build_info", "gauge", ["version"]),
    ("process_cpu_seconds_total", "counter", []),
    ("process_resident_memory_bytes", "gauge", []),
    ("process_open_fds", "gauge", []),
    ("process_max_fds", "gauge", []),
    ("process_start_time_seconds", "gauge", []),
    ("process_virtual_memory_bytes", "gauge", []),
  ]
}
