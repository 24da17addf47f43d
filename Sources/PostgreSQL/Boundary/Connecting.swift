import CPostgreSQL
private import Glibc
internal import LinqhookAuthentication

/// Waits on a socket by a clock that does not jump.
enum Waiting {
  /// The events that are there; nil when the deadline has passed.
  static func wait(for events: Int16, on socket: Int32, until deadline: ContinuousClock.Instant) -> Int16? {
    while true {
      let left = deadline - .now
      let milliseconds = Int32(clamping: Int64((max(left, .zero) / .milliseconds(1)).rounded(.up)))
      var descriptor = pollfd(fd: socket, events: events, revents: 0)
      let count = unsafe poll(&descriptor, 1, milliseconds)
      if count > 0 { return descriptor.revents }
      if count < 0, errno == EINTR { continue }
      if count == 0, left > .milliseconds(1) { continue }
      return nil
    }
  }
}

/// Connects to one host.
enum Connecting {
  static func connect(
    _ host: PostgreSQLConfiguration.Host,
    _ configuration: PostgreSQLConfiguration
  ) throws(PostgreSQLError) -> OpaquePointer {
    let deadline = ContinuousClock.now + configuration.connectTimeout
    guard let connection = unsafe start(host, configuration) else {
      throw PostgreSQLError(.unreachable, "There is no memory for a connection to the database.")
    }
    do throws(PostgreSQLError) {
      try unsafe finish(connection, host, deadline)
    } catch {
      unsafe PQfinish(connection)
      throw error
    }
    return unsafe connection
  }

  private static func finish(
    _ connection: OpaquePointer,
    _ host: PostgreSQLConfiguration.Host,
    _ deadline: ContinuousClock.Instant
  ) throws(PostgreSQLError) {
    var next = unsafe PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
    while next != PGRES_POLLING_OK {
      guard next != PGRES_POLLING_FAILED else {
        throw unsafe refusal(String(cString: PQerrorMessage(connection)), host)
      }
      let events = Int16(next == PGRES_POLLING_READING ? POLLIN : POLLOUT)
      guard unsafe Waiting.wait(for: events, on: PQsocket(connection), until: deadline) != nil else {
        throw PostgreSQLError(
          .unreachable,
          "The database at \(host.name):\(host.port) did not answer in time. Does it run, and may this machine reach it?"
        )
      }
      next = unsafe PQconnectPoll(connection)
    }
  }

  /// libpq tells the reason of a failed connection only in words.
  private static func refusal(_ message: String, _ host: PostgreSQLConfiguration.Host) -> PostgreSQLError {
    let reason = ServerError.lastLine(message)
    let passing = [
      "starting up", "shutting down", "recovery", "too many", "read-only", "standby", "remaining connection",
    ]
    let isRefused =
      (message.contains("FATAL") || message.contains("certificate") || message.contains("SSL")
        || message.contains("password"))
      && !passing.contains { message.contains($0) }
    guard isRefused else {
      return PostgreSQLError(
        .unreachable,
        "The database at \(host.name):\(host.port) cannot be reached: \(reason)"
      )
    }
    return PostgreSQLError(
      .refused,
      "The database at \(host.name):\(host.port) turned linqhook away: \(reason) Compare user, password, certificate and database."
    )
  }

  private static func start(
    _ host: PostgreSQLConfiguration.Host,
    _ configuration: PostgreSQLConfiguration
  ) -> OpaquePointer? {
    var options: [(String, [UInt8])] = [
      ("host", host.name), ("port", "\(host.port)"), ("dbname", configuration.database),
      ("user", configuration.user), ("application_name", configuration.applicationName),
      ("client_encoding", "UTF8"), ("gssencmode", "disable"), ("passfile", "/dev/null"),
      ("target_session_attrs", configuration.needsPrimary ? "read-write" : "any"),
      // A machine that is gone without a word is given up within seconds.
      ("keepalives", "1"), ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "5000"),
    ].map { ($0, Array($1.utf8)) }
    switch configuration.tls {
    case .off: options.append(("sslmode", Array("disable".utf8)))
    case .verifyFull(let file):
      options.append(("sslmode", Array("verify-full".utf8)))
      options.append(("sslrootcert", Array((file ?? "/etc/ssl/certs/ca-certificates.crt").utf8)))
    }
    for (name, file) in [
      ("sslcert", configuration.clientCertificateFile), ("sslkey", configuration.clientKeyFile),
    ] {
      if let file { options.append((name, Array(file.utf8))) }
    }
    if let password = configuration.password {
      options.append(("password", password.withBytes { bytes in bytes.indices.map { bytes[$0] } }))
    }
    let (names, values) = (options.map { Array($0.0.utf8) + [0] }, options.map { $0.1 + [0] })
    return unsafe PostgreSQLParameters.with(names.map { $0 }) { names, _, _ in
      unsafe PostgreSQLParameters.with(values.map { $0 }) { values, _, _ in
        unsafe PQconnectStartParams(names, values, 0)
      }
    }
  }
}

/// Values as libpq takes them: an array of pointers with a nil at its end, of lengths, and of formats, which are binary.
enum PostgreSQLParameters {
  static func with<Result>(
    _ wires: [[UInt8]?],
    _ body: (
      UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>
    ) -> Result
  ) -> Result {
    let total = wires.reduce(0) { $0 + ($1?.count ?? 0) }
    // One block for all of them, with a byte more, so that even an empty value has an address.
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: total + 1) { block in
      unsafe block.initialize(repeating: 0)
      defer { unsafe wipe(block) }
      var pointers: [UnsafePointer<CChar>?] = unsafe []
      var offset = 0
      for wire in wires {
        guard let wire else {
          unsafe pointers.append(nil)
          continue
        }
        for (index, byte) in wire.enumerated() { unsafe block[offset + index] = CChar(bitPattern: byte) }
        unsafe pointers.append(block.baseAddress.map { unsafe UnsafePointer($0 + offset) })
        offset += wire.count
      }
      unsafe pointers.append(nil)
      let lengths = wires.map { Int32($0?.count ?? 0) } + [0]
      let formats = wires.map { _ in Int32(1) } + [1]
      return unsafe pointers.withUnsafeBufferPointer { pointers in
        unsafe lengths.withUnsafeBufferPointer { lengths in
          unsafe formats.withUnsafeBufferPointer { formats in
            guard let pointers = pointers.baseAddress, let lengths = lengths.baseAddress,
              let formats = formats.baseAddress
            else { preconditionFailure("The arrays have an element at their end.") }
            return unsafe body(pointers, lengths, formats)
          }
        }
      }
    }
  }

  /// One of the values may be a password.
  private static func wipe(_ block: UnsafeMutableBufferPointer<CChar>) {
    guard let start = block.baseAddress else { return }
    unsafe explicit_bzero(start, block.count)
  }
}
