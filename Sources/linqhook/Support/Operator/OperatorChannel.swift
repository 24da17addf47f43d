import Foundation
import LinqEvents
import LinqhookConfiguration
import LinqhookDaemon
import LinqhookHTTPClient

// Commands that look into an inbox or change something in it speak one JSON API. A running receiver serves it on
// the control socket beside its inbox. When nobody listens there, the command opens the inbox itself, under the
// instance lock, and the same code answers in this process.

/// The way to the control API of one inbox.
struct OperatorChannel {
  private enum Way {
    case socket(HTTPClient, path: String)
    case inProcess(StoppedReceiver)
  }

  /// An answer holds at most a page of events, or one event with its payload.
  private static let maxAnswerBytes = 256 << 20
  private static let timeout = Duration.seconds(150.0)

  private let inboxPath: String
  private let way: Way

  /// Goes by the socket of the receiver that runs, or opens the inbox where none does, for as long as `body`
  /// runs. `verifies` is for what checks signatures: where no receiver runs, that needs its secrets.
  static func open<Result>(
    _ configuration: ConfigurationOption,
    verifies: Bool = false,
    _ body: (OperatorChannel) async throws(CommandFailure) -> Result
  ) async throws(CommandFailure) -> Result {
    let inboxPath = try configuration.inboxPath()
    let live = try live(inboxPath: inboxPath)
    if try await live.isAnswered() { return try await live.use(body) }
    await live.close()
    let stopped = try stoppedReceiver(configuration, verifies: verifies, inboxPath: inboxPath)
    return try await OperatorChannel(inboxPath: inboxPath, way: .inProcess(stopped)).use(body)
  }

  /// Whether a receiver has this inbox, as its control socket tells.
  static func isReceiverRunning(inboxPath: String, mayBeMissing: Bool) async throws(CommandFailure) -> Bool {
    let live = try live(inboxPath: inboxPath)
    let isRunning = try await live.use { channel async throws(CommandFailure) in
      try await channel.isAnswered()
    }
    if !isRunning, !mayBeMissing { try checkThere(inboxPath) }
    return isRunning
  }

  /// The socket, whether somebody listens there or not.
  static func live(inboxPath: String) throws(CommandFailure) -> OperatorChannel {
    if let objection = ControlSocket.objection(inboxPath: inboxPath) {
      throw CommandFailure(
        .badConfiguration,
        "Somebody else may answer in the receiver's place: \(objection)"
      )
    }
    do {
      let path = ControlSocket.path(inboxPath: inboxPath)
      return OperatorChannel(inboxPath: inboxPath, way: .socket(try HTTPClient(), path: path))
    } catch {
      throw CommandFailure(.fault, error.description)
    }
  }

  /// Asks for something. Path segments and values of the query may hold anything.
  func get(
    _ segments: [String],
    query: KeyValuePairs<String, String?> = [:]
  ) async throws(CommandFailure) -> JSONValue {
    try await request("GET", segments, query: query)
  }

  /// Sends a request and gives the answer's body.
  func request(
    _ method: String,
    _ segments: [String],
    query: KeyValuePairs<String, String?> = [:]
  ) async throws(CommandFailure) -> JSONValue {
    let target = Self.target(segments, query)
    let (status, bytes) =
      switch way {
      case .socket(let client, let path): try await send(method, target, client, path)
      case .inProcess(let receiver): await receiver.respond(method: method, target: target)
      }
    guard let body = try? JSONValue(parsing: bytes.span) else {
      throw CommandFailure(.fault, "The receiver answered \(status) with something that is not JSON.")
    }
    guard status == 200 else { throw CommandFailure(controlAnswer: body, status: status) }
    return body
  }

  func close() async {
    switch way {
    case .socket(let client, _): await client.shutdown()
    case .inProcess(let receiver): await receiver.close()
    }
  }

  private func use<Result>(
    _ body: (OperatorChannel) async throws(CommandFailure) -> Result
  ) async throws(CommandFailure) -> Result {
    do throws(CommandFailure) {
      let result = try await body(self)
      await close()
      return result
    } catch {
      await close()
      throw error
    }
  }
}

extension OperatorChannel {
  /// Whether the receiver of this inbox answers. A socket may be missing, dead, or that of another inbox in the
  /// same folder.
  private func isAnswered() async throws(CommandFailure) -> Bool {
    do throws(CommandFailure) {
      return try await get(["receiver"])[member: "inbox"] != nil
    } catch {
      if error.status == .unavailable { return false }
      throw error
    }
  }

  private func send(
    _ method: String,
    _ target: String,
    _ client: HTTPClient,
    _ path: String
  ) async throws(CommandFailure) -> (status: Int, body: [UInt8]) {
    let request = OutgoingRequest(
      method: method,
      url: "http://localhost\(target)",
      unixSocketPath: path,
      headers: [HTTPField(ControlSocket.inboxHeader, ControlSocket.headerValue(inboxPath: inboxPath))],
      timeout: Self.timeout,
      maxResponseBytes: Self.maxAnswerBytes
    )
    do {
      let response = try await client.send(request)
      return (response.status, response.body)
    } catch {
      throw CommandFailure(.unavailable, "No receiver answers on \(path). \(error.description)")
    }
  }

  /// Opening would make an inbox, and a slip in a path is no request for one.
  private static func checkThere(_ inboxPath: String) throws(CommandFailure) {
    guard FileManager.default.fileExists(atPath: inboxPath) else {
      throw CommandFailure(
        .unavailable,
        "There is no inbox \(inboxPath). Give the receiver's configuration by --config or LINQHOOK_CONFIG."
      )
    }
  }

  private static func stoppedReceiver(
    _ configuration: ConfigurationOption,
    verifies: Bool,
    inboxPath: String
  ) throws(CommandFailure) -> StoppedReceiver {
    try checkThere(inboxPath)
    let settings = verifies ? try configuration.load().settings : try configuration.storeSettings()
    do throws(DaemonError) {
      return try StoppedReceiver(settings, verifies: verifies) { Terminal.say($0) }
    } catch {
      guard error.kind == .unavailable else { throw CommandFailure(error) }
      let socket = ControlSocket.path(inboxPath: inboxPath)
      throw CommandFailure(
        .unavailable,
        "\(error.description) Its control socket \(socket) does not answer this user; its log says why."
      )
    }
  }

  private static func target(_ segments: [String], _ query: KeyValuePairs<String, String?>) -> String {
    let path = "/api/" + segments.map(encoded).joined(separator: "/")
    let pairs = query.compactMap { name, value in value.map { "\(name)=\(encoded($0))" } }
    return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
  }

  /// RFC 3986: everything but unreserved characters in percent signs.
  private static func encoded(_ text: String) -> String {
    let unreserved = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\0"..."\u{7F}"))
      .union(CharacterSet(charactersIn: "-._~"))
    return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }
}

extension CommandFailure {
  /// What the control API said.
  fileprivate init(controlAnswer body: JSONValue, status: Int) {
    let exit: ExitStatus =
      switch body[member: "error"]?.string {
      case "invalid_request": .usage
      case "not_found", "not_dead", "not_acceptable", "handler_configured": .badData
      case "unavailable", "other_inbox": .unavailable
      case "storage": .inputOutput
      default: .fault
      }
    self.init(exit, body[member: "detail"]?.string ?? "The receiver answered \(status).")
  }
}
