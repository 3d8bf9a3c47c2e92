import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema)
struct TransactionTests {
  struct Stop: Error {}

  @Test func `a body that returns is committed`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    let answer = try connection.transaction { connection in
      try connection.run("insert into t values ($1), ($2)", [1, 2])
    }
    #expect(answer == 2)
    #expect(try Self.count(&connection) == 2)
  }

  @Test func `a body that throws is rolled back and its error passed on`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    #expect(throws: Stop.self) {
      try connection.transaction { connection in
        try connection.run("insert into t values (1)")
        throw Stop()
      }
    }
    #expect(try Self.count(&connection) == 0)
  }

  @Test func `the rollback never hides the cause`() throws {
    var connection = try ScratchSchema.current.connect()
    #expect(throws: Stop.self) {
      try connection.transaction { connection in
        // The session ends itself, so no rollback can be said.
        _ = try? connection.run("select pg_terminate_backend(pg_backend_pid())")
        throw Stop()
      }
    }
    #expect(connection.isUsable == false)
  }

  @Test func `a commit the server refuses has a code of its own and keeps nothing`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute(
      """
      create table p (n int primary key);
      create table t (n int references p deferrable initially deferred)
      """)
    let error = #expect(throws: PostgresError.self) {
      try connection.transaction { try $0.run("insert into t values (1)") }
    }
    #expect(error?.code == .commitRefused)
    #expect(error?.sqlState == .foreignKeyViolation)
    #expect(error?.isConnectionLoss == false)
    #expect(connection.isUsable == true)
    #expect(try Self.count(&connection) == 0)
  }

  @Test func `a body that swallows the server's error does not count as committed`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    let error = #expect(throws: PostgresError.self) {
      try connection.transaction { connection in
        try connection.run("insert into t values (1)")
        _ = try? connection.run("select 1/0")
      }
    }
    #expect(error?.code == .commitRefused)
    #expect(error?.sqlState == .inFailedSQLTransaction)
    #expect(try Self.count(&connection) == 0)
  }

  @Test func `a transaction in a transaction is refused`() throws {
    var connection = try ScratchSchema.current.connect()
    let error = #expect(throws: PostgresError.self) {
      try connection.transaction { try $0.transaction { _ in } }
    }
    #expect(error?.code == .conversation)
    #expect(connection.isUsable == true)
  }

  @Test func `a snapshot reads one moment and does not write`() throws {
    var connection = try ScratchSchema.current.connect()
    var other = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    let counts = try connection.transaction(.snapshot) { connection in
      let before = try Self.count(&connection)
      try other.run("insert into t values (1)")
      return [before, try Self.count(&connection)]
    }
    #expect(counts == [0, 0])
    let error = #expect(throws: PostgresError.self) {
      try connection.transaction(.snapshot) { try $0.run("insert into t values (1)") }
    }
    #expect(error?.sqlState == .readOnlySQLTransaction)
  }

  static func count(_ connection: inout PostgresConnection) throws -> Int {
    try connection.row("select count(*) from t") { try $0.int() }
  }
}
