import LinqEvents
import LinqhookAuthentication
import LinqhookConfiguration
import LinqhookDelivery
import LinqhookHTTPClient
import LinqhookInbox
import LogSupport
import Logging
import MicroHTTP
import TestKit
import Testing

@testable import LinqhookDaemon

/// How a test reaches the control API.
enum Depth: String, CaseIterable, Sendable {
  case inProcess, overTheSocket
}

/// A real receiver over a real inbox with one scripted handler, and the way to its control API.
struct OperatedReceiver: Sendable {
  static let secret = "canary-secret-4711"
  static let token = "canary-token-0815"

  let folder: TemporaryFolder
  let handler: ScriptedHandler
  let settings: Settings
  let receiver: Receiver
  let log: CapturedLog
  let client: HTTPClient

  init(
    folder: TemporaryFolder? = nil,
    handler: ScriptedHandler = ScriptedHandler(),
    change: (inout Settings) -> Void = { _ in }
  ) async throws {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    self.handler = handler
    settings = Self.settings(folder, change)
    log = CapturedLog()
    client = try HTTPClient()
    var registry = HandlerRegistry()
    registry.register("scripted") { _ in .single(handler) }
    receiver = try await Receiver.start(settings, registry: registry, environment: [:], logger: log.logger)
  }

  static func settings(_ folder: TemporaryFolder, _ change: (inout Settings) -> Void = { _ in }) -> Settings {
    var settings = Settings(
      listen: .tcp(host: "127.0.0.1", port: 0),
      admin: AdminSettings(listen: .tcp(host: "127.0.0.1", port: 0), token: configured(token)),
      endpoints: [EndpointSettings(secrets: [configured(secret)])],
      inbox: InboxSettings(path: folder.file("inbox.db")),
      handlers: [
        HandlerSettings(
          name: "crm/1 ü",
          events: ["message.*"],
          retry: RetrySettings(attempts: 1),
          kind: .custom(type: "scripted", options: [:])
        )
      ]
    )
    change(&settings)
    return settings
  }

  static func configured(_ text: String) -> ConfiguredSecret {
    ConfiguredSecret(source: .literal, text: SecretText(text))
  }

  var socketPath: String { ControlSocket.path(inboxPath: settings.inbox.path) }

  /// Asks the control API by one of the two ways.
  func ask(
    _ depth: Depth,
    _ method: String = "GET",
    _ target: String,
    headers: [(String, String)] = []
  ) async throws -> Answer {
    guard depth == .overTheSocket else {
      let control = ControlService(
        settings,
        receiver.inbox,
        receiver.dispatcher,
        receiver.ingress,
        log.logger
      )
      let response = await control.respond(
        to: HTTPSnapshot(
          method: method,
          target: target,
          headers: headers.map { HTTPHeaderField($0.0, $0.1) }
        )
      )
      return try Answer(status: response.status, bytes: response.body)
    }
    let response = try await client.send(
      OutgoingRequest(
        method: method,
        url: "http://localhost\(target)",
        unixSocketPath: socketPath,
        headers: headers.map { HTTPField($0.0, $0.1) }
      )
    )
    return try Answer(status: response.status, bytes: response.body)
  }

  /// Accepts events and waits until each was tried once.
  func accept(_ ids: String...) async throws {
    for id in ids {
      let outcome = await receiver.inbox.accept(Self.event(id))
      guard case .accepted = outcome else {
        Issue.record("\(id): \(outcome)")
        return
      }
      #expect(await handler.next() == [id])
    }
  }

  static func body(_ id: String, type: String = "message.received") -> [UInt8] {
    Array(#"{"event_type":"\#(type)","event_id":"\#(id)","data":{"chat_id":"7","text":"hello"}}"#.utf8)
  }

  static func event(_ id: String, type: String = "message.received") -> InboundEvent {
    InboundEvent(
      eventID: id,
      envelope: EventEnvelope(eventType: type, eventID: id, chatID: "7"),
      source: "line=1",
      receivedAtMilliseconds: WallClock.milliseconds(),
      freshness: .proven,
      payload: body(id, type: type)
    )
  }

  /// Asks until an answer is as it should be: the store may be a transaction behind the handlers.
  func ask(
    _ depth: Depth,
    _ target: String,
    until isGood: (Answer) -> Bool
  ) async throws -> Answer {
    while true {
      let answer = try await ask(depth, "GET", target)
      if isGood(answer) { return answer }
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  func stop() async {
    await receiver.drain()
    await client.shutdown()
  }
}

/// An answer of the control API.
struct Answer: Sendable {
  let status: Int
  let body: JSONValue
  let text: String

  init(status: Int, bytes: [UInt8]) throws {
    self.status = status
    body = try JSONValue(parsing: bytes.span)
    text = String(decoding: bytes, as: UTF8.self)
  }

  func list(_ name: String) -> [JSONValue] { body[member: name]?.elements ?? [] }

  var error: String? { body[member: "error"]?.string }
}
