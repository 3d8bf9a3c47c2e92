import Postgres
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema)
struct ServerErrorTests {
  @Test func `an error carries all the server's fields`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int constraint positive check (n > 0), s text)")
    let error = #expect(throws: PostgresError.self) {
      try connection.run("insert into t values ($1, $2)", [-1, "hunter2"])
    }
    #expect(error?.code == .server)
    #expect(error?.sqlState == SQLState(rawValue: "23514"))
    #expect(error?.severity == "ERROR")
    #expect(error?.schema == (try ScratchSchema.current.name))
    #expect(error?.table == "t")
    #expect(error?.constraint == "positive")
    #expect(error?.detail?.contains("hunter2") == true)
    #expect(error?.sql == "insert into t values ($1, $2)")
    #expect(error?.description.contains("hunter2") == false)
    #expect(error?.description.hasPrefix("23514: ") == true)
    let missing = #expect(throws: PostgresError.self) { try connection.run("select nothing") }
    #expect(missing?.sqlState == .undefinedColumn)
    #expect(missing?.position == 8)
    #expect(missing?.isTransient == false)
  }

  @Test func `a value that the server names is not in what is logged`() throws {
    var connection = try ScratchSchema.current.connect()
    for sql in [
      "select 'hunter2'::integer", "select make_date(4711, 13, 4711)",
      "select '4711-13-4711'::date",
    ] {
      let error = #expect(throws: PostgresError.self) { try connection.run(sql) }
      let text = error?.description ?? "4711"
      #expect(!text.contains("hunter2") && !text.contains("4711"), "\(text)")
    }
  }

  @Test(arguments: [
    "select 'hunter2'::int", "select 'hunter2'::date", "select '[hunter2'::json",
    "select '99999999999hunter2'::bigint", "select 'hunter2\"x\"'::uuid",
  ])
  func `the description of a bad value does not hold it`(sql: String) throws {
    var connection = try ScratchSchema.current.connect()
    let error = #expect(throws: PostgresError.self) { try connection.run(sql) }
    #expect(error?.sqlState?.classCode == "22")
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test(arguments: [
    ("40001", false, true), ("40P01", false, true), ("55P03", false, true),
    ("53300", false, true), ("53200", false, true), ("57P01", true, true), ("57P02", true, true),
    ("57P03", true, true), ("08006", true, true), ("08P01", true, true), ("25006", false, true),
    ("57014", false, false), ("23505", false, false), ("42P01", false, false),
    ("28P01", false, false), ("22P02", false, false),
  ])
  func `faults 33 to 37: a SQLSTATE tells what to do`(
    state: String, isLoss: Bool, isTransient: Bool
  ) throws {
    var connection = try ScratchSchema.current.connect()
    let error = #expect(throws: PostgresError.self) {
      try connection.execute("do $$ begin raise exception 'x' using errcode = '\(state)'; end $$")
    }
    #expect(error?.sqlState?.rawValue == state)
    #expect(error?.isConnectionLoss == isLoss)
    #expect(error?.isTransient == isTransient)
    #expect(error?.isReadOnly == (state == "25006"))
    #expect(error?.isTimeout == (state == "57014"))
  }

  @Test func `fault 34: a session with a read-only server is not used again`() throws {
    let scratch = try ScratchSchema.current
    let url = scratch.databaseURL + "%20-cdefault_transaction_read_only%3Don"
    var session = PostgresSession(try PostgresSettings(url: url))
    let first = try session.withConnection { $0.backendID }
    let error = #expect(throws: PostgresError.self) {
      try session.withConnection { try $0.execute("create table t (n int)") }
    }
    #expect(error?.isReadOnly == true)
    let second = try session.withConnection { $0.backendID }
    #expect(first != second)
  }

  @Test func `fault 35: of two sessions in deadlock one loses and tries again`() throws {
    let scratch = try ScratchSchema.current
    var connection = try scratch.connect()
    try connection.execute(
      "create table t (n int primary key, v int); insert into t values (1, 0), (2, 0)")
    let attempts = Mutex(0)
    let arrived = Mutex(0)
    _ = try BlockingThread.map([[1, 2], [2, 1]]) { order in
      var mine = try scratch.connect()
      try mine.execute("set deadlock_timeout = '50ms'")
      var isFirst = true
      try mine.transaction(attempts: 20) { mine in
        attempts.withLock { $0 += 1 }
        try mine.run("update t set v = v + 1 where n = $1", [.integer(order[0])])
        if isFirst {
          arrived.withLock { $0 += 1 }
          #expect(Patience.until { arrived.withLock { $0 } == 2 })
        }
        isFirst = false
        try mine.run("update t set v = v + 1 where n = $1", [.integer(order[1])])
      }
    }
    // More than one retry when the loser is back before the winner has noticed.
    #expect(attempts.withLock { $0 } >= 3)
    let sum = try connection.row("select sum(v) from t") { try $0.int() }
    #expect(sum == 4)
  }

  @Test func `fault 35: a lock not to be had is tried a bounded number of times`() throws {
    var connection = try ScratchSchema.current.connect()
    var other = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    try connection.execute("set lock_timeout = '10ms'")
    var attempts = 0
    let error = #expect(throws: PostgresError.self) {
      try other.transaction { other in
        try other.execute("lock table t")
        try connection.transaction(attempts: 3) { connection in
          attempts += 1
          try connection.execute("lock table t")
        }
      }
    }
    #expect(error?.sqlState == .lockNotAvailable)
    #expect(attempts == 3)
  }

  @Test func `fault 35: a serialization failure is a conflict`() throws {
    var connection = try ScratchSchema.current.connect()
    var other = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int); insert into t values (1)")
    let error = #expect(throws: PostgresError.self) {
      try connection.transaction { connection in
        try connection.execute("set transaction isolation level serializable")
        _ = try TransactionTests.count(&connection)
        try other.run("update t set n = 2")
        try connection.run("update t set n = 3")
      }
    }
    #expect(error?.sqlState == .serializationFailure)
    #expect(error?.isConflict == true)
    #expect(connection.isUsable == true)
  }

  @Test func `fault 36: a slow statement is cancelled by the server and the session lives`() throws
  {
    var connection = try ScratchSchema.current.connect()
    connection.setTimeLeft(.milliseconds(50))
    let error = #expect(throws: PostgresError.self) { try connection.run("select pg_sleep(10)") }
    #expect(error?.sqlState == .queryCanceled)
    #expect(error?.isTimeout == true)
    #expect(error?.isConnectionLoss == false)
    #expect(connection.isUsable == true)
    connection.setTimeLeft(.seconds(5))
    try connection.run("select pg_sleep(0.1)")
  }

  @Test func `fault 36: statements that share their time end with it`() throws {
    var connection = try ScratchSchema.current.connect()
    connection.setTimeLeft(.milliseconds(400))
    var statements = 0
    let error = #expect(throws: PostgresError.self) {
      while statements < 20 {
        try connection.run("select pg_sleep(0.25)")
        statements += 1
      }
    }
    #expect(error?.isTimeout == true)
    #expect(statements <= 2)
    var other = try ScratchSchema.current.connect()
    other.setTimeLeft(.milliseconds(1))
    other.setTimeLeft(.seconds(20))
    try other.run("select pg_sleep(0.3)")
  }

  @Test func `fault 36: a limit of nothing is a short one, not none`() throws {
    var connection = try ScratchSchema.current.connect()
    connection.setTimeLeft(.seconds(-3))
    let error = #expect(throws: PostgresError.self) { try connection.run("select pg_sleep(10)") }
    #expect(error?.isTimeout == true)
  }

  @Test func `a session begins in UTF-8, UTC and ISO dates whatever the role prefers`() throws {
    let scratch = try ScratchSchema.current
    let odd =
      "%20-cTimeZone%3DAsia/Tokyo%20-cdatestyle%3DGerman%20-cstandard_conforming_strings%3Doff"
    var connection = try PostgresConnection(PostgresSettings(url: scratch.databaseURL + odd))
    try connection.query(
      """
      select '2021-02-03 04:05:06Z'::timestamptz, current_setting('client_encoding'),
        current_setting('standard_conforming_strings'), current_setting('application_name'),
        current_setting('client_connection_check_interval')
      """
    ) { result in
      let texts = try result.firstRow { row in try (0..<5).map { _ in try row.text() } }
      #expect(texts == ["2021-02-03 04:05:06+00", "UTF8", "on", "sluice", "5s"])
    }
  }
}
