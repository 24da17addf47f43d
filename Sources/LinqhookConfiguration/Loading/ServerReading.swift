// The sections that concern the server: admin, trusted_proxies, limits, quarantine, shutdown, log, silence.

extension AdminSettings {
  /// `listen` comes from outside: flags and environment go before the file.
  init(_ reader: MappingReader, listen: ListenSettings?) {
    reader.rejectUnknownKeys(known: ["listen", "socket", "token"], owner: "admin")
    self.init(
      listen: listen,
      socket: SocketSettings(reader.section("socket"), owner: "admin.socket"),
      token: reader.secret("token", for: .token)
    )
  }

  /// Reads `off` or an address that systemd does not have to hand over.
  static func parseListen(_ text: String, relativeTo folder: String) throws(ValueProblem) -> ListenSettings? {
    if text == "off" { return nil }
    let form = "host:port, [::1]:port, unix:/path or off"
    let listen = try ListenSettings(parsing: text, relativeTo: folder)
    if listen == .systemd { throw ValueProblem("must be \(form), not \(Quoted.text(text)).") }
    return listen
  }
}

extension LimitSettings {
  init(_ reader: MappingReader) {
    self.init()
    reader.rejectUnknownKeys(
      known: ["connections", "per_ip", "header_bytes", "request_timeout", "idle_timeout"],
      owner: "limits"
    )
    connections = reader.integer("connections", in: 1...1_000_000) ?? connections
    connectionsPerAddress =
      reader.integer("per_ip", in: 0...1_000_000, because: "0 is no bound") ?? connectionsPerAddress
    headerBytes =
      reader.size(
        "header_bytes",
        in: (1 << 10)...(1 << 20),
        because: "each connection holds that much memory"
      ) ?? headerBytes
    let times: ClosedRange<Duration> = .milliseconds(100)...(.seconds(3600))
    requestTimeout = reader.duration("request_timeout", in: times) ?? requestTimeout
    idleTimeout = reader.duration("idle_timeout", in: times) ?? idleTimeout
  }
}

extension QuarantineSettings {
  init(_ reader: MappingReader) {
    self.init()
    reader.rejectUnknownKeys(known: ["max_entries", "max_bytes"], owner: "quarantine")
    maxEntries = reader.integer("max_entries", in: 0...1_000_000) ?? maxEntries
    maxBytes = reader.size("max_bytes", in: 0...(1 << 40)) ?? maxBytes
  }
}

extension ShutdownSettings {
  init(_ reader: MappingReader) {
    self.init()
    reader.rejectUnknownKeys(known: ["drain"], owner: "shutdown")
    drain = reader.duration("drain", in: .zero...(.seconds(3600))) ?? drain
  }
}

extension SilenceSettings {
  /// `nil` when the file has no such section, or a faulty one.
  init?(root: MappingReader) {
    guard root.value("silence") != nil else { return nil }
    let reader = root.section("silence")
    if reader.isFaulty { return nil }
    reader.rejectUnknownKeys(known: ["after", "command"], owner: "silence")
    for key in ["after", "command"] where reader.entry(key) == nil {
      reader.reportMissing(key, "Write it as in {after: 30m, command: [/usr/local/bin/alarm]}.")
    }
    guard let after = reader.duration("after", in: .seconds(1)...(.seconds(365 * 86_400))),
      let command = reader.command("command")
    else { return nil }
    self.init(after: after, command: command)
    ProgramTrust.judge(ProgramSettings(command: command), reader)
  }
}
