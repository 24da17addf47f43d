import PostgreSQL
import PostgreSQLSupport
import Testing

@Suite struct SessionTests {
  private let seconds = Duration.seconds(10)

  private func session() throws -> PostgreSQLSession {
    try PostgreSQLSession(PostgreSQLCluster.shared().configuration())
  }

  private func answer(_ sql: String, _ values: [PostgreSQLValue] = []) throws -> PostgreSQLResult {
    try session().execute(PostgreSQLStatement("asked", sql), values, timeout: seconds)
  }

  @Test func numbersAndTruthsComeBackAsTheyWere() throws {
    for number in [Int64.min, -1, 0, 1, .max] {
      #expect(try answer("SELECT $1::bigint", [.int8(number)]).int(0, 0) == number)
    }
    #expect(try answer("SELECT $1::smallint", [.int2(-2)]).int(0, 0) == -2)
    #expect(try answer("SELECT $1::integer", [.int4(.min)]).int(0, 0) == Int64(Int32.min))
    for truth in [true, false] {
      #expect(try answer("SELECT $1::boolean", [.bool(truth)]).bool(0, 0) == truth)
    }
  }

  @Test(arguments: [[], [0], [0, 1, 0xFF], Array(repeating: 7, count: 1 << 20)] as [[UInt8]])
  func bytesComeBackAsTheyWere(_ bytes: [UInt8]) throws {
    #expect(try answer("SELECT $1::bytea", [.bytes(bytes)]).bytes(0, 0) == bytes)
  }

  @Test(arguments: ["", "ü🎉", "a'b\"c\\"])
  func textComesBackAsItWas(_ text: String) throws {
    #expect(try answer("SELECT $1::text", [.text(text)]).text(0, 0) == text)
  }

  @Test func nullIsNoValue() throws {
    let row = try answer("SELECT $1::bigint, $2::bytea", [.null, .null])
    #expect(row.isNull(0, 0) && row.isNull(0, 1))
    #expect(try row.intIfPresent(0, 0) == nil)
    #expect(try row.bytesIfPresent(0, 1) == nil)
    #expect(throws: PostgreSQLError.self) { try row.int(0, 0) }
    #expect(throws: PostgreSQLError.self) { try row.int(1, 0) }
    #expect(throws: PostgreSQLError.self) { try row.int(0, 2) }
  }

  @Test func uuidsComeBackAsTheyWere() throws {
    let row = try answer("SELECT $1::uuid, $1::uuid::text", [.uuid(high: 0x0123_4567_89AB_CDEF, low: .max)])
    #expect(try row.uuid(0, 0) == (0x0123_4567_89AB_CDEF, .max))
    #expect(try row.text(0, 1) == "01234567-89ab-cdef-ffff-ffffffffffff")
  }

  @Test func arraysComeBackAsTheyWere() throws {
    #expect(try answer("SELECT $1::bigint[]", [.int8s([1, -2, .max])]).ints(0, 0) == [1, -2, .max])
    #expect(try answer("SELECT $1::bigint[]", [.int8s([])]).ints(0, 0) == [])
    let uuids = try answer("SELECT $1::uuid[]", [.uuids([(1, 2), (.max, 0)])]).uuids(0, 0)
    #expect(uuids.map(\.high) == [1, .max] && uuids.map(\.low) == [2, 0])
    let rows = try answer(
      "SELECT a, b, c FROM unnest($1::bigint[], $2::bytea[], $3::smallint[]) AS t (a, b, c)",
      [.int8s([1, nil]), .byteses([nil, [9, 0]]), .int2s([3, 4])]
    )
    #expect(rows.rowCount == 2)
    #expect(try rows.intIfPresent(1, 0) == nil)
    #expect(try rows.bytesIfPresent(0, 1) == nil)
    #expect(try rows.bytes(1, 1) == [9, 0])
    #expect(try rows.int(1, 2) == 4)
    #expect(try answer("SELECT ARRAY[true, false]").bools(0, 0) == [true, false])
  }

  @Test func anErrorOfTheServerHasItsCodeAndLeavesTheSessionUsable() throws {
    let session = try session()
    let bad = PostgreSQLStatement("bad", "SELECT 1 / $1::integer")
    #expect {
      try session.execute(bad, [.int4(0)], timeout: seconds)
    } throws: {
      ($0 as? PostgreSQLError)?.code == .server(sqlState: "22012")
    }
    #expect(try session.execute(bad, [.int4(1)], timeout: seconds).int(0, 0) == 1)
  }

  @Test func aTransactionIsTakenBackAsAWholeWhereItsBodyThrows() throws {
    let session = try session()
    try session.run("CREATE TEMPORARY TABLE t (n integer)", timeout: seconds)
    struct Regret: Error {}
    #expect(throws: Regret.self) {
      try session.transaction(timeout: seconds) { session in
        try session.run("INSERT INTO t VALUES (1)", timeout: seconds)
        throw Regret()
      }
    }
    _ = try session.transaction(timeout: seconds) { try $0.run("INSERT INTO t VALUES (2)", timeout: seconds) }
    #expect(try session.run("SELECT n FROM t", timeout: seconds).text(0, 0) == "2")
  }

  @Test func anErrorThatTheBodySwallowsIsNoCommit() throws {
    let session = try session()
    #expect(throws: PostgreSQLError.self) {
      try session.transaction(timeout: seconds) { session in
        _ = try? session.run("SELECT 1 / 0", timeout: seconds)
      }
    }
  }

  @Test func aStatementThatTakesTooLongEndsTheSession() throws {
    let session = try session()
    #expect {
      try session.run("SELECT pg_sleep(60)", timeout: .milliseconds(50))
    } throws: {
      ($0 as? PostgreSQLError)?.code == .timedOut
    }
    #expect(!session.isUsable)
    #expect {
      try session.run("SELECT 1", timeout: seconds)
    } throws: {
      ($0 as? PostgreSQLError)?.code == .closed
    }
  }

  @Test func aSessionThatTheServerEndsIsToldAsDisconnected() throws {
    let (victim, other) = (try session(), try session())
    let pid = try victim.run("SELECT pg_backend_pid()", timeout: seconds).text(0, 0)
    try other.run("SELECT pg_terminate_backend(\(pid), 10000)", timeout: seconds)
    #expect(throws: PostgreSQLError.self) { try victim.run("SELECT 1", timeout: seconds) }
    #expect(!victim.isUsable)
  }

  @Test func noticesComeWithTheAnswerAndNotOnStandardError() throws {
    let answer = try session().run("DO $$ BEGIN RAISE WARNING 'look'; END $$", timeout: seconds)
    #expect(answer.notices.map { [$0.severity, $0.sqlState, $0.message] } == [["WARNING", "01000", "look"]])
  }

  @Test func settingsAreThoseOfTheSession() throws {
    var configuration = try PostgreSQLCluster.shared().configuration()
    configuration.settings = ["search_path": "\"a'b\"", "statement_timeout": "0"]
    let session = try PostgreSQLSession(configuration)
    #expect(try session.run("SHOW search_path", timeout: seconds).text(0, 0) == "\"a'b\"")
  }

  @Test func theNextHostIsTriedWhereOneDoesNotAnswer() throws {
    var configuration = try PostgreSQLCluster.shared().configuration()
    configuration.hosts.insert(.init("/nowhere"), at: 0)
    #expect(try PostgreSQLSession(configuration).host == configuration.hosts[1])
    configuration.hosts = [.init("/nowhere"), .init("127.0.0.1", port: 1)]
    #expect {
      _ = try PostgreSQLSession(configuration)
    } throws: {
      ($0 as? PostgreSQLError)?.code == .unreachable
    }
  }

  @Test func aDatabaseThatThereIsNotIsARefusal() throws {
    var configuration = try PostgreSQLCluster.shared().configuration()
    configuration.database = "nowhere"
    #expect {
      _ = try PostgreSQLSession(configuration)
    } throws: {
      ($0 as? PostgreSQLError)?.code == .refused
    }
  }
}
