import LinqhookConfiguration
import LinqhookHTTPClient
import LogSupport
import Testing

@testable import LinqhookDaemon

/// What a reload does about settings that it cannot put in force.
@Suite(.timeLimit(.minutes(1))) struct ReloadTests {
  @Test func aSettingIsNamedAsLongAsItWaitsForARestart() async throws {
    let operated = try await OperatedReceiver()
    var changed = operated.settings
    changed.listen = .tcp(host: "127.0.0.1", port: 8080)
    #expect(try await operated.waiting(afterReloadOf: changed) == "listen")
    changed.log.format = .json
    #expect(try await operated.waiting(afterReloadOf: changed) == "listen, log.format")
    #expect(try await operated.waiting(afterReloadOf: operated.settings) == nil)
    await operated.stop()
  }

  @Test func whatAReloadPutInForceIsNotNamedWhenItIsPutBack() async throws {
    let operated = try await OperatedReceiver()
    var changed = operated.settings
    changed.limits.headerBytes = 4 << 10
    changed.log.level = .debug
    changed.shutdown.drain = .seconds(1)
    #expect(try await operated.waiting(afterReloadOf: changed) == nil)
    #expect(try await operated.waiting(afterReloadOf: operated.settings) == nil)
    await operated.stop()
  }

  /// By what the file says now nobody else could reach it; by the sockets that stay, everybody can.
  @Test func unsignedEventsAreNotLetInWhereOthersCanReachIt() async throws {
    let operated = try await OperatedReceiver { $0.listen = .tcp(host: "0.0.0.0", port: 0) }
    var changed = operated.settings
    changed.listen = .tcp(host: "127.0.0.1", port: 0)
    changed.endpoints[0].allowsUnsigned = true
    await #expect { try await operated.receiver.reload(changed) } throws: { "\($0)".contains("0.0.0.0") }
    let url =
      "http://127.0.0.1:\(operated.receiver.addresses[0].split(separator: ":").last ?? "")/webhooks/linq"
    let request = OutgoingRequest(
      method: "POST",
      url: url,
      body: .bytes(Array("{}".utf8)),
      timeout: .seconds(10)
    )
    #expect(try await operated.client.send(request).status == 401)
    await operated.stop()
  }
}

extension OperatedReceiver {
  /// The keys that one reload says to wait for a restart, nil when it says nothing of the kind.
  fileprivate func waiting(afterReloadOf settings: Settings) async throws -> String? {
    let before = log.text.split(separator: "\n").count
    try await receiver.reload(settings)
    let line = log.text.split(separator: "\n").dropFirst(before).first { $0.contains("after a restart") }
    return line?.split(separator: "\"keys\": ").last.map { String($0.dropLast()) }
  }
}
