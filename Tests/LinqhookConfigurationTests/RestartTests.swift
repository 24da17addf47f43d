import LinqhookConfiguration
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
    next.limits = LimitSettings(connections: 1, connectionsPerAddress: 1, requestTimeout: .seconds(1))
    next.shutdown.drain = .seconds(1)
    next.log.level = .debug
    #expect(next.restartOnlyDifferences(from: running).isEmpty)
  }

  @Test func whatIsMadeOnceNeedsARestart() {
    let changes: [(key: String, change: (inout Settings) -> Void)] = [
      ("listen", { $0.listen = .systemd }),
      ("socket", { $0.socket.mode = 0o666 }),
      ("admin.socket", { $0.admin.socket.group = "g" }),
      ("admin.listen", { $0.admin.listen = nil }),
      ("inbox.path", { $0.inbox.path = "/b.db" }),
      ("inbox.durability", { $0.inbox.durability = .normal }),
      ("inbox.dedup.window", { $0.inbox.dedup.window = .seconds(4000) }),
      ("inbox.retention", { $0.inbox.retention = .seconds(1) }),
      ("inbox.max_pending", { $0.inbox.maxPending = 1 }),
      ("inbox.max_bytes", { $0.inbox.maxBytes = 1 }),
      ("quarantine", { $0.quarantine.maxEntries = 1 }),
      ("inbox.dedup.max_entries", { $0.inbox.dedup.maxEntries = 1 }),
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
