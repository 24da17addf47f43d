import Foundation
import HTTPClient
import Subprocess
import SystemPackage
import Testing

/// `linqhook serve` in a process of its own.
struct RunningReceiver: Sendable {
  /// The address that it printed when it was ready.
  let address: String
  let adminAddress: String
  /// Sends it a signal.
  let signal: @Sendable (Signal) throws -> Void
  private let client: HTTPClient

  fileprivate init(
    address: String,
    adminAddress: String,
    signal: @escaping @Sendable (Signal) throws -> Void
  ) throws {
    self.address = address
    self.adminAddress = adminAddress
    self.signal = signal
    client = try HTTPClient()
  }

  var url: String { "http://\(address)/webhooks/linq" }

  func get(_ path: String) async throws -> (status: Int, body: String) {
    let response = try await client.send(
      OutgoingRequest(
        method: "GET",
        url: "http://\(adminAddress)\(path)",
        timeoutSeconds: 10,
        responseBytesMax: 1 << 20
      )
    )
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  func post(_ body: [UInt8], headers: [(String, String)]) async throws -> (status: Int, body: String) {
    let response = try await client.send(
      OutgoingRequest(
        method: "POST",
        url: url,
        headers: headers.map { HTTPField($0.0, $0.1) },
        body: .bytes(body),
        timeoutSeconds: 10
      )
    )
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  /// One figure of the metrics.
  func figure(_ name: String) async throws -> Double? {
    let lines = try await get("/metrics").body.split(separator: "\n")
    return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
  }

  /// Asks until a figure has this value.
  func figure(_ name: String, becomes value: Double) async throws {
    while try await figure(name) != value { try Task.checkCancellation() }
  }

  /// Asks until every accepted event is settled by every handler.
  func settled() async throws { try await figure("linqhook_inbox_pending_events", becomes: 0) }
}

/// Starts a receiver, waits until it is ready, and ends it with SIGTERM when the body is done (unless the
/// body has ended it). Its standard error goes to `receiver.log` in the folder, from run to run.
@discardableResult
func withReceiver(
  in folder: TemporaryFolder,
  configuration: String,
  environment: [String: String] = [:],
  program: FilePath = Program.path,
  arguments: (String) -> [String] = { ["serve", "--config", $0] },
  _ body: @Sendable (RunningReceiver) async throws -> Void
) async throws -> Int32 {
  let file = try folder.write("linqhook.yaml", configuration)
  let log = try FileDescriptor.open(
    FilePath(folder.file("receiver.log")),
    .writeOnly,
    options: [.create, .append],
    permissions: .ownerReadWrite
  )
  let result = try await Subprocess.run(
    .path(program),
    arguments: Arguments(arguments(file)),
    environment: .program(environment.merging(["LINQHOOK_CONFIG": file]) { own, _ in own }),
    input: .none,
    output: .sequence,
    error: .fileDescriptor(log, closeAfterSpawningProcess: true)
  ) { execution in
    var lines = execution.standardOutput.strings().makeAsyncIterator()
    guard let ready = try await lines.next() else { return false }
    let addresses = ready.split(whereSeparator: \.isWhitespace).map(String.init)
    let receiver = try RunningReceiver(
      address: try #require(addresses.first),
      adminAddress: try adminAddress(folder),
      signal: { try execution.send(signal: $0) }
    )
    try await body(receiver)
    // A body that has ended it leaves nothing to be told.
    try? receiver.signal(.terminate)
    return true
  }
  #expect(result.closureResult, "The receiver did not start: \(folder.read("receiver.log"))")
  return result.terminationStatus.code
}

/// The start says on the log where health and metrics are served.
private func adminAddress(_ folder: TemporaryFolder) throws -> String {
  let line = try #require(folder.lines("receiver.log").last { $0.contains(" admin=") })
  let field = try #require(line.split(separator: " ").first { $0.hasPrefix("admin=") })
  return String(field.dropFirst("admin=".count))
}
