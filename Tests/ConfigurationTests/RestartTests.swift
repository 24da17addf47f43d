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
    let changes: [(key: String, change: (inout Settings) -> Void)] = [
      ("listen", { $0.listen = .systemd }),
      ("admin.listen", { $0.admin.listen = nil }),
      ("limits.connections", { $0.limits.connections = 1 }),
      ("limits.per_ip", { $0.limits.connectionsPerAddress = 1 }),
      ("limits.header_bytes", { $0.limits.headerBytes = 1 }),
      ("limits.request_timeout", { $0.limits.requestTimeout = .zero }),
      ("limits.idle_timeout", { $0.limits.idleTimeout = .zero }),
      ("inbox.path", { $0.inbox.path = "/b.db" }),
      ("inbox.durability", { $0.inbox.durability = .normal }),
      ("inbox.dedup.max_entries", { $0.inbox.dedup.entriesMax = 1 }),
      ("inbox.allow_unsafe_storage", { $0.inbox.allowsUnsafeStorage = true }),
      ("log.format", { $0.log.format = .json }),
    ]
    for (key, change) in changes {
      var next = running
      change(&next)
      #expect(next.restartOnlyDifferences(from: running) == [key])
    }
  }
}
