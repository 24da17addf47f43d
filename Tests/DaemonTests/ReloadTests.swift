import Configuration
import Testing

@testable import Daemon

/// What a reload says of settings that it cannot put in force.
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
