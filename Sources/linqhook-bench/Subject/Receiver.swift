import Foundation
import Pacing
import Supervision

/// linqhook itself with everything on: signatures checked, duplicates found, events synced before the 200 and
/// filed.
struct Receiver: Sendable {
  struct Options: Sendable {
    var handlers = 1
    var hook: String?
    var hookConcurrency = 4
    /// A worker's command and what it gets of an event.
    var worker: (command: String, input: String)?
    /// Where the worker's answers go; nil for a worker that does not answer.
    var linqURL: String?
    /// How many ids are remembered.
    var maxEntries = 20_000_000
    var isFresh = true
    /// The cores that it may use, which is also the number of its HTTP loops; nil for all.
    var cores: Int?

    /// With a handler that never finishes, so that all events stay pending.
    static let stuck = Options(hook: "/bin/sleep, \"1000\"")

    fileprivate var pinning: [String] {
      guard let cores else { return [] }
      return ["/usr/bin/taskset", "--cpu-list", "0-\(cores - 1)"]
    }
  }

  let subject: Subject
  let folder: String
  /// From the start of the program to the first answered request, in seconds.
  let startSeconds: Double
  private let adminPort: UInt16

  /// Starts it in its own folder.
  static func start(binary: String, folder: String, _ options: Options = Options()) async throws -> Receiver {
    if options.isFresh { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let adminPort = try FreePort.find()
    let file = "\(folder)/linqhook.yaml"
    let text = configuration(folder, adminPort: adminPort, options)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    let begin = MonotonicTime.now().nanoseconds
    let subject = try await Subject.start(
      name: "linqhook",
      options.pinning + [binary, "serve", "--config", file],
      folder: folder
    )
    let first = try LoadGenerator.run(LoadPlan(port: subject.port, connections: 1, pace: .count(1)))
    guard first.accepted == 1 else {
      await subject.stop()
      throw BenchError.subject("linqhook did not accept its first event: \(first.others).")
    }
    return Receiver(
      subject: subject,
      folder: folder,
      startSeconds: Double(MonotonicTime.now().nanoseconds - begin) / 1e9,
      adminPort: adminPort
    )
  }

  static func configuration(_ folder: String, adminPort: UInt16, _ options: Options) -> String {
    var handlers = (0..<options.handlers).map { number in
      "  - {name: file\(number), type: file, path: \(folder)/events\(number).ndjson}"
    }
    if let hook = options.hook {
      handlers.append(
        "  - {name: hook, type: shell, command: [\(hook)], concurrency: \(options.hookConcurrency), order: none}"
      )
    }
    if let worker = options.worker {
      let reply =
        options.linqURL == nil ? "" : ", reply: actions, reply_limit: {count: 1000000, per: 1s}"
      handlers.append(
        "  - {name: worker, type: worker, command: [\(worker.command)], input: \(worker.input), concurrency: 2, window: 64\(reply)}"
      )
    }
    let linq = options.linqURL.map { "linq: {token: bench, url: \"\($0)\", watch: {every: 7d}}" } ?? ""
    let dedup = "{window: 72h, max_entries: \(options.maxEntries)}"
    let limits = "max_pending: 100000000, max_bytes: 200GiB"
    return """
      listen: 127.0.0.1:0
      admin: {listen: "127.0.0.1:\(adminPort)"}
      endpoints: [{path: /webhooks/linq, secrets: [\(LoadGenerator.secret)], max_body: 4MiB}]
      limits: {connections: 8000}
      inbox: {path: \(folder)/inbox.db, \(limits), dedup: \(dedup)}
      log: {level: error}
      \(linq)
      handlers:
      \(handlers.joined(separator: "\n"))

      """
  }

  /// Waits until every handler has settled all events, and returns how long that took in seconds; nil when
  /// they are not done after `maxSeconds`.
  func settle(maxSeconds: Double = 300) async throws -> Double? {
    let begin = MonotonicTime.now().nanoseconds
    while true {
      let waited = Double(MonotonicTime.now().nanoseconds - begin) / 1e9
      if try pendingEvents() == 0 { return waited }
      if waited > maxSeconds { return nil }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// The unsettled events of the slowest handler.
  func pendingEvents() throws -> Int {
    let lines = try metrics().split(separator: "\n").filter {
      $0.hasPrefix("linqhook_handler_pending_events{")
    }
    return lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.map { Int($0) }.max()
      ?? 0
  }

  func metrics() throws -> String { try SimpleGet.body(port: adminPort, path: "/metrics") }

  /// Whole lines in the first file handler's file.
  func filedLines() throws -> Int {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "\(folder)/events0.ndjson"))
    defer { try? file.close() }
    var lines = 0
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      lines += piece.reduce(0) { $0 + ($1 == 10 ? 1 : 0) }
    }
    return lines
  }

  var figures: ProcessFigures? { subject.process.flatMap { ProcessFigures($0) } }
}
