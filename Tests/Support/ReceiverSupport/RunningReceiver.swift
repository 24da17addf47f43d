internal import Foundation
internal import LinqhookHTTPClient

/// `linqhook serve` in a process of its own.
package struct RunningReceiver: Sendable {
  /// The address that it printed when it was ready.
  package let address: String
  package let adminAddress: String
  /// Its process.
  package let processID: Int32
  private let run: Task<Int32, Never>
  private let client: HTTPClient

  init(
    address: String,
    adminAddress: String,
    processID: Int32,
    run: Task<Int32, Never>
  ) throws {
    self.address = address
    self.adminAddress = adminAddress
    self.processID = processID
    self.run = run
    client = try HTTPClient()
  }

  /// Waits until its process has ended, by whatever hand.
  package func ended() async { _ = await run.value }

  /// Sends it a signal.
  package func signal(_ signal: Signal) throws { try signal.send(to: processID) }

  package var url: String { "http://\(address)/webhooks/linq" }

  /// How much memory its process has, in bytes.
  package func residentBytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) << 10
  }

  package func get(_ path: String) async throws -> (status: Int, body: String) {
    let response = try await client.send(
      OutgoingRequest(
        method: "GET",
        url: "http://\(adminAddress)\(path)",
        timeout: .seconds(10),
        maxResponseBytes: 1 << 20
      )
    )
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  package func post(_ body: [UInt8], headers: [(String, String)]) async throws -> (status: Int, body: String)
  {
    let response = try await client.send(
      OutgoingRequest(
        method: "POST",
        url: url,
        headers: headers.map { HTTPField($0.0, $0.1) },
        body: .bytes(body),
        timeout: .seconds(10)
      )
    )
    return (response.status, String(decoding: response.body, as: UTF8.self))
  }

  /// One figure of the metrics.
  package func figure(_ name: String) async throws -> Double? {
    let lines = try await get("/metrics").body.split(separator: "\n")
    return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
  }

  /// Asks until a figure has this value.
  package func figure(_ name: String, becomes value: Double) async throws {
    while try await figure(name) != value { try Task.checkCancellation() }
  }

  /// Asks until every accepted event is settled by every handler.
  package func settled() async throws { try await figure("linqhook_inbox_pending_events", becomes: 0) }
}
