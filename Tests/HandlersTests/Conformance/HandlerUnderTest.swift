import Foundation
import Handlers
import LinqhookDelivery
import LinqhookInbox
import LogSupport
import ScriptedServer
import Synchronization
import TestKit

/// The handlers of the house.
enum HandlerType: String, CaseIterable, Sendable {
  case log, file, shell, worker, http

  /// Those that take one event at a time.
  static let single: [HandlerType] = [.shell, .worker, .http]
}

/// How the target behind a handler behaves.
enum TargetBehaviour: Sendable {
  /// It takes every event.
  case taking
  /// It cannot be reached.
  case missing
  /// It takes an event and never says what became of it.
  case silent
}

/// A handler of any type with a real target behind it that remembers the ids it was given.
final class HandlerUnderTest: Sendable {
  private enum Target {
    case single(any EventHandler)
    case batch(any BatchEventHandler)
  }

  private let type: HandlerType
  private let target: Target
  private let folder: TemporaryFolder
  private let log: CapturedLog
  private let posted: PostedIDs

  /// `before` is a stopped one whose target and checkpoint are taken over.
  init(_ type: HandlerType, _ behaviour: TargetBehaviour = .taking, after before: HandlerUnderTest? = nil)
    throws
  {
    self.type = type
    folder = try before?.folder ?? TemporaryFolder()
    log = before?.log ?? CapturedLog()
    posted = try before?.posted ?? PostedIDs(behaviour)
    checkpoint = Mutex(before?.checkpoint.withLock { $0 })
    switch type {
    case .log: target = .batch(LogHandler(options: .test(), logger: log.logger))
    case .file:
      let options = FileHandlerOptions.test(path: "\(folder.path)/events")
      target = .batch(FileHandler(options: options, logger: log.logger))
    case .shell: target = .single(try Self.shell(folder, log, behaviour))
    case .worker: target = .single(try Self.worker(folder, log, behaviour))
    case .http:
      let url = behaviour == .missing ? "http://127.0.0.1:1/" : posted.server.url
      target = .single(try HTTPForwardHandler(options: HTTPForwardHandlerOptions.test(url: url)))
    }
  }

  private let checkpoint: Mutex<[UInt8]?>

  func start(cursor: Int64 = 0) async throws {
    switch target {
    case .single(let handler): try await handler.start()
    case .batch(let handler):
      _ = try await handler.start(checkpoint: checkpoint.withLock { $0 }, cursor: cursor)
    }
  }

  /// One after the other, or as one run.
  func deliver(_ events: [StoredEvent]) async -> [DeliveryResult] {
    switch target {
    case .single(let handler):
      var results: [DeliveryResult] = []
      for event in events { results.append(await handler.handle(DeliveryAttempt(event: event, attempt: 1))) }
      return results
    case .batch(let handler):
      switch await handler.handle(events) {
      case .delivered(let new):
        if let new { checkpoint.withLock { $0 = new } }
        return events.map { _ in .delivered }
      case .retry(let reason): return events.map { _ in .retry(reason: reason) }
      }
    }
  }

  func stop() async {
    switch target {
    case .single(let handler): await handler.stop()
    case .batch(let handler): if let last = await handler.stop() { checkpoint.withLock { $0 = last } }
    }
  }

  /// The ids that the target has been given, in order.
  var received: [String] {
    switch type {
    case .log: log.lines.compactMap { Self.id(in: $0, after: "event_id=") }
    case .file: lines("events").compactMap { Self.id(in: $0, after: #""event_id":""#) }
    case .shell, .worker: lines("ids")
    case .http: posted.ids
    }
  }

  private func lines(_ name: String) -> [String] {
    text(of: "\(folder.path)/\(name)").split(separator: "\n").map(String.init)
  }

  private static func id(in line: String, after mark: String) -> String? {
    line.range(of: mark).map { range in String(line[range.upperBound...].prefix { $0 != " " && $0 != "\"" }) }
  }
}

// MARK: - Targets

extension HandlerUnderTest {
  private static func shell(
    _ folder: TemporaryFolder,
    _ log: CapturedLog,
    _ behaviour: TargetBehaviour
  ) throws -> ShellHandler {
    let last =
      behaviour == .silent ? "exec sleep 1000" : "printf '%s\\n' \"$LINQ_EVENT_ID\" >>'\(folder.path)/ids'"
    let script = try folder.write("hook", "#!/bin/sh\n\(last)\n", mode: 0o755)
    return ShellHandler(
      options: ShellHandlerOptions.test(
        name: "hook",
        command: [behaviour == .missing ? "\(folder.path)/gone" : script],
        environment: ["PATH"],
        grace: .seconds(0.2)
      ),
      daemonEnvironment: ProcessInfo.processInfo.environment,
      logger: log.logger
    )
  }

  private static func worker(
    _ folder: TemporaryFolder,
    _ log: CapturedLog,
    _ behaviour: TargetBehaviour
  ) throws -> WorkerHandler {
    let answer =
      behaviour == .silent ? "pass" : "print(json.dumps({'id': d['id'], 'result': 'ok'}), flush=True)"
    let script = """
      import json, sys
      for line in sys.stdin:
          d = json.loads(line)
          with open('\(folder.path)/ids', 'a') as ids: ids.write(d['event']['event_id'] + '\\n')
          \(answer)
      """
    return WorkerHandler(
      options: WorkerHandlerOptions.test(
        name: "worker",
        command: behaviour == .missing ? ["\(folder.path)/gone"] : ["python3", "-c", script],
        environment: ["PATH"],
        // A program that is missing is waited for, as it may be on its way: that is what the time-out ends.
        timeout: behaviour == .missing ? .milliseconds(500) : .seconds(30),
        grace: .seconds(0.2)
      ),
      daemonEnvironment: ProcessInfo.processInfo.environment,
      logger: log.logger
    )
  }
}

/// What an HTTP target was sent.
private final class PostedIDs: Sendable {
  private final class Memory: Sendable {
    let ids = Mutex<[String]>([])
  }

  private let memory = Memory()
  let server: ScriptedServer

  init(_ behaviour: TargetBehaviour) throws {
    server = try ScriptedServer { [memory] connection in
      while let request = connection.readRequest() {
        memory.ids.withLock { $0 += request.values("Idempotency-Key") }
        if behaviour != .silent { connection.write(answer("200 OK")) }
      }
    }
  }

  var ids: [String] { memory.ids.withLock { $0 } }
}
