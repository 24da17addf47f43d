import LinqhookConfiguration
import TestKit
import Testing

/// The example of the contract, key by key.
@Suite struct ContractTests {
  static let yaml = """
    listen: 127.0.0.1:8080
    admin:
      listen: 127.0.0.1:9464
      token: env:LINQHOOK_ADMIN_TOKEN
    endpoints:
      - path: /webhooks/linq
        secrets: [env:LINQ_WEBHOOK_SECRET]
        schemes: [v2, v3, standard]
        tolerance: 5m
        max_body: 1MiB
        allow_unsigned: false
        answers: {bad_signature: 401, stale: 503, headers: {X-Cell: env:CELL}}
    trusted_proxies: [10.0.0.0/8, "fd00::/8", 192.0.2.7]
    limits: {connections: 1000, per_ip: 0, header_bytes: 16KiB, request_timeout: 10s, idle_timeout: 60s}
    inbox:
      path: /var/lib/linqhook/inbox.db
      durability: full
      dedup: {window: 72h, max_entries: 1000000}
      retention: 72h
      max_pending: 100000
      max_bytes: 2GiB
      allow_unsafe_storage: false
    quarantine: {max_entries: 1000, max_bytes: 16MiB}
    shutdown: {drain: 20s}
    handlers:
      - {name: log, type: log, level: info, redact: true}
      - name: archive
        type: file
        path: /var/lib/linqhook/events.ndjson
        format: payload
        rotate: {size: 100MiB, keep: 10, compress: true}
        sync: interval
      - name: reply
        type: shell
        command: [/usr/local/bin/on-message, --quiet]
        events: [message.received]
        timeout: 30s
        concurrency: 4
        environment: [PATH, HOME]
        working_directory: /var/lib/linqhook
      - name: bot
        type: worker
        command: [python3, /opt/bot/worker.py]
        concurrency: 2
        window: 64
        timeout: 30s
        input: message
        reply: actions
        typing: true
        read: true
        guard: {own: skip, reconciled: pass, opted_out: skip}
        reply_limit: {count: 5, per: 10s}
        attachments: {folder: /var/lib/linqhook/media, max_size: 1MiB, keep: 1d}
      - {name: media, type: media, folder: /var/lib/linqhook/media, max_size: 100MiB, keep: 30d}
      - name: crm
        type: http
        url: https://crm.internal/hooks/linq
        secret: env:CRM_SECRET
        headers: {X-Team: support}
        timeout: 10s
        where: {data.service: iMessage, data.chat_handles.0.is_me: false}
        order: none
        retry: {attempts: 3, first: 2s, factor: 1.5, max: 1m, jitter: 0, max_age: 1h}
        on_dead: keep
    silence: {after: 30m, command: [/usr/local/bin/on-silence]}
    linq:
      token: env:LINQ_TOKEN
      api: v3
      url: http://127.0.0.1:8081
      attachment_hosts: [cdn.linqapp.com, "*.example.com"]
      watch: {every: 5m}
    """

  static let environment = TemporaryFolder.environment.merging(
    [
      "LINQHOOK_ADMIN_TOKEN": "admin-canary-4711", "CRM_SECRET": "crm-canary-secret",
      "LINQ_TOKEN": "linq-canary-4711", "CELL": "a",
    ],
    uniquingKeysWith: { $1 }
  )

  static func load() throws -> Settings {
    let loaded = try TemporaryFolder().load(yaml, environment: environment)
    #expect(loaded.warnings.isEmpty)
    return loaded.settings
  }

  @Test(arguments: [("", nil), (", retry: {attempts: unlimited}", nil), (", retry: {attempts: 12}", 12)])
  func attemptsAreUnlimitedUnlessANumberIsGiven(retry: String, attempts: Int?) throws {
    let settings = try TemporaryFolder().load("handlers: [{name: a, type: log\(retry)}]").settings
    #expect(settings.handlers[0].retry.attempts == attempts)
    let printed = SettingsPrinter.yaml(settings)
    #expect(printed.contains("attempts: \(attempts.map { "\($0)" } ?? "unlimited"),"), "\(printed)")
    #expect(try TemporaryFolder().load(printed).settings.handlers == settings.handlers)
  }

  @Test func linqAndTheHeadersOfAnswersAreRead() throws {
    let settings = try Self.load()
    #expect(settings.linq.token?.text.reveal() == "linq-canary-4711")
    #expect(settings.linq.api == .v3)
    #expect(settings.linq.url == "http://127.0.0.1:8081")
    #expect(settings.linq.attachmentHosts == ["cdn.linqapp.com", "*.example.com"])
    #expect(settings.linq.watchInterval == .seconds(300))
    #expect(settings.endpoints[0].answers.headers.map(\.name) == ["X-Cell"])
    #expect(settings.endpoints[0].answers.headers.map { $0.value.text.reveal() } == ["a"])
  }

  @Test func theEnvironmentOfTheAPIWinsOverTheFile() throws {
    var environment = Self.environment
    environment["LINQ_INTEGRATION_TOKEN"] = "from-the-environment"
    environment["LINQ_API_VERSION"] = "v2"
    environment["LINQ_API_URL"] = "https://stand-in"
    let linq = try TemporaryFolder().load(Self.yaml, environment: environment).settings.linq
    #expect(linq.token?.text.reveal() == "from-the-environment")
    let missing = "linq: {token: file:/nowhere/token, api: v2}"
    let other = try TemporaryFolder().load(
      missing,
      environment: TemporaryFolder.environment.merging(["LINQ_INTEGRATION_TOKEN": "abc"]) { $1 }
    )
    #expect(other.settings.linq.token?.text.reveal() == "abc" && other.settings.linq.api == .v2)
    #expect(try TemporaryFolder().problems(missing).contains { $0.contains("/nowhere/token") })
    #expect(linq.api == .v2)
    #expect(linq.url == "https://stand-in")
    environment["LINQ_INTEGRATION_TOKEN_FILE"] = "/token"
    let problems = try TemporaryFolder().problems("", environment: environment)
    #expect(problems.contains { $0.contains("LINQ_INTEGRATION_TOKEN_FILE. Set one of them.") }, "\(problems)")
  }

  @Test func serverSectionsAreRead() throws {
    let settings = try Self.load()
    #expect(settings.listen == .tcp(host: "127.0.0.1", port: 8080))
    #expect(settings.admin.listen == .tcp(host: "127.0.0.1", port: 9464))
    #expect(settings.admin.token?.text.reveal() == "admin-canary-4711")
    #expect(settings.trustedProxies.map(\.prefixBits) == [8, 8, 32])
    #expect(settings.trustedProxies.last?.addressBytes == [192, 0, 2, 7])
    #expect(settings.limits == LimitSettings())
    #expect(settings.quarantine == QuarantineSettings(maxEntries: 1000, maxBytes: 16_777_216))
    #expect(settings.shutdown.drain == .seconds(20))
    #expect(
      settings.silence == SilenceSettings(after: .seconds(1800), command: ["/usr/local/bin/on-silence"])
    )
  }

  @Test func endpointAndInboxAreRead() throws {
    let settings = try Self.load()
    let secret = ConfiguredSecret(
      source: .environment("LINQ_WEBHOOK_SECRET"),
      text: SecretText("golden-secret-4711")
    )
    #expect(
      settings.endpoints == [
        EndpointSettings(
          secrets: [secret],
          answers: AnswerSettings(headers: settings.endpoints[0].answers.headers)
        )
      ]
    )
    #expect(settings.inbox == InboxSettings(path: "/var/lib/linqhook/inbox.db"))
    #expect(settings.inbox.dedup.window == .seconds(259_200))
    #expect(settings.inbox.maxBytes == 2_147_483_648)
  }

  @Test func handlersAreReadInOrder() throws {
    let handlers = try Self.load().handlers
    #expect(handlers.map(\.name) == ["log", "archive", "reply", "bot", "media", "crm"])
    #expect(handlers.map(\.kind.typeName) == ["log", "file", "shell", "worker", "media", "http"])
    #expect(handlers.map(\.concurrency) == [1, 1, 4, 2, 4, 4])
    #expect(handlers[0] == HandlerSettings(name: "log", kind: .log(LogHandlerSettings())))
    let rotation = RotationSettings(bytes: 104_857_600, keep: 10, compresses: true)
    #expect(
      handlers[1].kind
        == .file(FileHandlerSettings(path: "/var/lib/linqhook/events.ndjson", rotation: rotation))
    )
    let program = ProgramSettings(
      command: ["/usr/local/bin/on-message", "--quiet"],
      workingDirectory: "/var/lib/linqhook"
    )
    #expect(handlers[2].kind == .shell(ShellHandlerSettings(program: program)))
    #expect(handlers[2].events == ["message.received"])
    let answering = AnsweringSettings(
      reply: .actions,
      typing: true,
      read: true,
      guard: GuardSettings(reconciled: .pass),
      replyLimit: ReplyLimitSettings(count: 5, per: .seconds(10)),
      attachments: AttachmentSettings(
        folder: "/var/lib/linqhook/media",
        maxBytes: 1 << 20,
        keep: .seconds(86_400)
      )
    )
    let worker = ProgramSettings(command: ["python3", "/opt/bot/worker.py"], input: .message)
    #expect(handlers[3].kind == .worker(WorkerHandlerSettings(program: worker, answering: answering)))
    let media = AttachmentSettings(folder: "/var/lib/linqhook/media")
    #expect(handlers[4].kind == .media(MediaHandlerSettings(attachments: media)))
  }

  @Test func keysOfEveryHandlerAreRead() throws {
    let crm = try Self.load().handlers[5]
    #expect(
      crm.conditions == [
        EventCondition(path: "data.service", text: "iMessage"),
        EventCondition(path: "data.chat_handles.0.is_me", text: "false"),
      ]
    )
    #expect(crm.order == .none)
    #expect(
      crm.retry
        == RetrySettings(
          attempts: 3,
          first: .seconds(2),
          factor: 1.5,
          max: .seconds(60),
          jitter: 0,
          maxAge: .seconds(3600)
        )
    )
    guard case .http(let http) = crm.kind else {
      Issue.record("not an http handler")
      return
    }
    #expect(http.url == "https://crm.internal/hooks/linq")
    #expect(http.secret?.text.reveal() == "crm-canary-secret")
    #expect(http.headers.map(\.name) == ["X-Team"])
    #expect(http.headers.first?.value.text.reveal() == "support")
  }
}
