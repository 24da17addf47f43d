private import CPostgreSQL
private import Glibc

/// One session with a server, for one thread at a time.
///
/// libpq never waits here: every wait is a `poll` with a deadline, but for the look-up of a host's name, which is why a
/// session belongs on a thread of its own. After a deadline has passed or the connection broke nobody knows whether the
/// statement took effect, and the session is of no more use.
@safe
public final class PostgreSQLSession {
  private let connection: OpaquePointer
  private let inbox = NoticeInbox()
  private var prepared: Set<String> = []
  /// Whether it can be asked something.
  public private(set) var isUsable = true
  /// The host that it reached.
  public let host: PostgreSQLConfiguration.Host

  /// Connects to the first host that will do.
  ///
  /// - Throws: `PostgreSQLError` with the reason of the last host.
  public init(_ configuration: PostgreSQLConfiguration) throws(PostgreSQLError) {
    var failure = PostgreSQLError(.unreachable, "No host of the database is configured; name one.")
    var reached: (connection: OpaquePointer, host: PostgreSQLConfiguration.Host)?
    for host in configuration.hosts where unsafe reached == nil {
      do throws(PostgreSQLError) {
        unsafe reached = unsafe (try Connecting.connect(host, configuration), host)
      } catch {
        failure = error
      }
    }
    guard let reached = unsafe reached else { throw failure }
    unsafe connection = unsafe reached.connection
    host = unsafe reached.host
    unsafe PQsetnonblocking(connection, 1)
    unsafe inbox.listen(to: connection)
    for (name, value) in configuration.settings.sorted(by: { $0.key < $1.key }) {
      _ = try execute(
        PostgreSQLStatement("set_config", "SELECT set_config($1::text, $2::text, false)"),
        [.text(name), .text(value)],
        timeout: configuration.connectTimeout
      )
    }
  }

  deinit { unsafe PQfinish(connection) }

  /// Ends the session: the server rolls back what was not committed.
  public func close() {
    guard isUsable else { return }
    isUsable = false
    // The memory goes with the object.
    _ = unsafe shutdown(PQsocket(connection), Int32(SHUT_RDWR))
  }

  /// Executes a statement and waits for its answer.
  ///
  /// - Throws: `PostgreSQLError`. After `.timedOut` and `.disconnected` the session cannot be used any more.
  public func execute(
    _ statement: PostgreSQLStatement,
    _ parameters: [PostgreSQLValue] = [],
    timeout: Duration
  ) throws(PostgreSQLError) -> PostgreSQLResult {
    let deadline = ContinuousClock.now + timeout
    try prepare(statement, deadline)
    try send(deadline) {
      let wires = parameters.map(\.wire)
      return unsafe PostgreSQLParameters.with(wires) { values, lengths, formats in
        unsafe PQsendQueryPrepared(
          connection,
          statement.name,
          Int32(wires.count),
          values,
          lengths,
          formats,
          1
        )
      }
    }
    return try answer(deadline)
  }

  /// Runs statements without parameters, one after the other.
  ///
  /// - Returns: the answer to the last.
  @discardableResult
  public func run(_ sql: String, timeout: Duration) throws(PostgreSQLError) -> PostgreSQLResult {
    let deadline = ContinuousClock.now + timeout
    try send(deadline) { unsafe PQsendQuery(connection, sql) }
    return try answer(deadline)
  }

  /// Runs `body` in a transaction, and takes it back where `body` throws.
  ///
  /// - Throws: what `body` throws, or `PostgreSQLError` where the transaction could not be begun or committed.
  public func transaction<Result>(
    timeout: Duration,
    _ body: (PostgreSQLSession) throws -> Result
  ) throws -> Result {
    try run("BEGIN", timeout: timeout)
    let result: Result
    do {
      result = try body(self)
    } catch {
      if isUsable { _ = try? run("ROLLBACK", timeout: timeout) }
      throw error
    }
    let commit = try run("COMMIT", timeout: timeout)
    // A commit whose wait for the standby was cut off says so only with a warning: it is on one machine.
    if let warning = commit.notices.first(where: { $0.sqlState.hasPrefix("01") }) {
      throw PostgreSQLError(
        .server(sqlState: warning.sqlState),
        "A commit came with a warning: \(warning.message)."
      )
    }
    guard commit.commandTag == "COMMIT" else {
      throw PostgreSQLError(.badResult, "The server rolled a transaction back instead of committing it.")
    }
    return result
  }
}

// MARK: - One question, one answer

extension PostgreSQLSession {
  private func prepare(_ statement: PostgreSQLStatement, _ deadline: ContinuousClock.Instant)
    throws(PostgreSQLError)
  {
    guard !prepared.contains(statement.name) else { return }
    try send(deadline) { unsafe PQsendPrepare(connection, statement.name, statement.sql, 0, nil) }
    _ = try answer(deadline)
    prepared.insert(statement.name)
  }

  private func send(_ deadline: ContinuousClock.Instant, _ body: () -> Int32) throws(PostgreSQLError) {
    guard isUsable else { throw PostgreSQLError(.closed, "The session with the database is closed.") }
    inbox.clear()
    guard body() == 1 else { throw broken() }
    while true {
      let rest = unsafe PQflush(connection)
      if rest == 0 { return }
      guard rest > 0 else { throw broken() }
      // The server may have to be read from before it takes more.
      let ready = try wait(for: Int16(POLLIN | POLLOUT), deadline)
      if ready & Int16(POLLIN) != 0, unsafe PQconsumeInput(connection) == 0 { throw broken() }
    }
  }

  private func answer(_ deadline: ContinuousClock.Instant) throws(PostgreSQLError) -> PostgreSQLResult {
    var last: PostgreSQLResult?
    var failure: PostgreSQLError?
    while let result = unsafe try next(deadline) {
      if let error = unsafe ServerError.of(result) {
        failure = failure ?? error
        unsafe PQclear(result)
      } else {
        last = unsafe PostgreSQLResult(result, notices: inbox.notices)
      }
    }
    if unsafe PQstatus(connection) == CONNECTION_BAD { throw broken() }
    if let failure { throw failure }
    guard let last else { throw broken() }
    return last
  }

  /// The next result of what was asked; nil when there are no more.
  private func next(_ deadline: ContinuousClock.Instant) throws(PostgreSQLError) -> OpaquePointer? {
    while unsafe PQisBusy(connection) == 1 {
      _ = try wait(for: Int16(POLLIN), deadline)
      if unsafe PQconsumeInput(connection) == 0 { throw broken() }
    }
    return unsafe PQgetResult(connection)
  }

  private func wait(for events: Int16, _ deadline: ContinuousClock.Instant) throws(PostgreSQLError) -> Int16 {
    let ready = unsafe Waiting.wait(for: events, on: PQsocket(connection), until: deadline)
    guard let ready else {
      close()
      throw PostgreSQLError(
        .timedOut,
        "The database at \(host.name) did not answer in time. Is it overloaded, or waiting for a standby?"
      )
    }
    return ready
  }

  private func broken() -> PostgreSQLError {
    let reason = unsafe ServerError.firstLine(String(cString: PQerrorMessage(connection)))
    close()
    return PostgreSQLError(.disconnected, "The connection to the database at \(host.name) broke: \(reason)")
  }
}
