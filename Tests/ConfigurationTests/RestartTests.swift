import Configuration
import Testing

/// What a reload can take over.
@Suite struct RestartTests {
  private let running = Settings(inbox: InboxSettings(path: "/a.db"))

  @Test func nothingChangedNeedsNothing() {
    #expect(running.restartOnlyDifferences(from: running).isEmpty)
  }

  @Test func whatReloadTakesOverNeedsNoRestart() {
    var next = running
    next.endpoints = [EndpointSettings(path: "/other", tolerance: .seconds(1))]
    next.handlers = []
    next.admin.token = ConfiguredSecret(source: .literal, text: SecretText("x"))
    next.inbox.retention = .seconds(1)
    next.inbox.dedup.window = .seconds(4000)
    next.log.level = .debug
    #expect(next.restartOnlyDifferences(from: running).isEmpty)
  }

  @Test func whatIsMadeOnceNeedsARestart() {
    var next = running
    next.listen = .systemd
    next.admin.listen = nil
    next.limits = LimitSettings(
      connections: 1,
      connectionsPerAddress: 1,
      headerBytes: 1,
      requestTimeout: .zero,
      idleTimeout: .zero
    )
    next.inbox.path = "/b.db"
    next.inbox.durability = .normal
    next.inbox.dedup.entriesMax = 1
    next.log.format = .json
    #expect(
      next.restartOnlyDifferences(from: running) == [
        "listen", "admin.listen", "limits.connections", "limits.per_ip", "limits.header_bytes",
        "limits.request_timeout", "limits.idle_timeout", "inbox.path", "inbox.durability",
        "inbox.dedup.max_entries",
        "log.format",
      ]
    )
  }
}
