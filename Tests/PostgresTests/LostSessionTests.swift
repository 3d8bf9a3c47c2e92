import Glibc
import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema)
struct LostSessionTests {
  @Test func `fault 33: a session ended while idle is replaced before the body sees it`() throws {
    let scratch = try ScratchSchema.current
    var session = PostgresSession(try scratch.settings)
    var other = try scratch.connect()
    let first = try session.withConnection { $0.backendID }
    #expect(try session.withConnection { $0.backendID } == first)
    try Self.terminate(first, &other)
    var runs = 0
    let second = try session.withConnection { connection in
      runs += 1
      return connection.backendID
    }
    #expect(second != first)
    #expect(runs == 1)
  }

  @Test func `fault 33: a line cut during the sleep is replaced`() throws {
    let cutter = try TCPCutter(ScratchSchema.current.databaseURL)
    var session = PostgresSession(try cutter.settings)
    _ = try session.withConnection { try $0.query("select 1") { $0.rowCount } }
    cutter.cut()
    #expect(try session.withConnection { try $0.query("select 1") { $0.rowCount } } == 1)
    #expect(cutter.connectionCount == 2)
  }

  @Test func `fault 33: a peer that vanished without a word is found by asking`() throws {
    let cutter = try TCPCutter(ScratchSchema.current.databaseURL)
    var session = PostgresSession(try cutter.settings)
    _ = try session.withConnection { try $0.query("select 1") { $0.rowCount } }
    cutter.set(.stallPresent)
    // Idle for less than a second it would be lent unasked.
    usleep(1_100_000)
    #expect(try session.withConnection { try $0.query("select 1") { $0.rowCount } } == 1)
    #expect(cutter.connectionCount == 2)
  }

  @Test func `fault 33: a body is not run twice unless it may be`() throws {
    let scratch = try ScratchSchema.current
    var session = PostgresSession(try scratch.settings)
    var runs = 0
    let error = #expect(throws: PostgresError.self) {
      try session.withConnection { connection in
        runs += 1
        try Self.endSelf(&connection)
      }
    }
    #expect(runs == 1)
    #expect(error?.sqlState == .adminShutdown)
    #expect(error?.isConnectionLoss == true)
    runs = 0
    let answer = try session.withConnection(onLoss: .runAgain) { connection in
      runs += 1
      if runs == 1 { try Self.endSelf(&connection) }
      return runs
    }
    #expect(answer == 2)
  }

  @Test func `fault 33: a body that loses two sessions fails`() throws {
    var session = PostgresSession(try ScratchSchema.current.settings)
    var runs = 0
    let error = #expect(throws: PostgresError.self) {
      try session.withConnection(onLoss: .runAgain) { connection in
        runs += 1
        try Self.endSelf(&connection)
      }
    }
    #expect(runs == 2)
    #expect(error?.isConnectionLoss == true)
  }

  @Test func `an error that leaves the session whole keeps it, an open transaction does not`()
    throws
  {
    var session = PostgresSession(try ScratchSchema.current.settings)
    let first = try session.withConnection { $0.backendID }
    #expect(throws: PostgresError.self) {
      try session.withConnection(onLoss: .runAgain) { try $0.run("select 1/0") }
    }
    #expect(try session.withConnection { $0.backendID } == first)
    try session.withConnection { try $0.execute("begin") }
    #expect(try session.withConnection { $0.backendID } != first)
  }

  @Test(arguments: [0, 1, 7, 50, 100, 150])
  func `fault 33: a line cut anywhere in an answer is a lost session`(bytes: Int) throws {
    let cutter = try TCPCutter(ScratchSchema.current.databaseURL)
    var connection = try PostgresConnection(cutter.settings)
    cutter.set(.cutAfterServerBytes(bytes))
    let error = #expect(throws: PostgresError.self) {
      try connection.query("select repeat('x', 1000)") { _ in }
    }
    #expect(error?.isConnectionLoss == true)
    #expect(error?.isTransient == true)
    #expect(error?.code == .connection)
    #expect(connection.isUsable == false)
    let again = #expect(throws: PostgresError.self) { try connection.run("select 1") }
    #expect(again?.isConnectionLoss == true)
  }

  @Test(arguments: [0, 100, 10_000, 1_000_000, 5_000_000])
  func `fault 40: a line cut while copying is a lost session, and nothing is kept`(
    bytes: Int
  ) throws {
    let scratch = try ScratchSchema.current
    var witness = try scratch.connect()
    try witness.execute("create table t (n int)")
    let cutter = try TCPCutter(scratch.databaseURL)
    var connection = try PostgresConnection(cutter.settings)
    cutter.set(.cutAfterClientBytes(bytes))
    let piece = Array(String(repeating: "1234567\n", count: 4096).utf8)
    var sent = 0
    let error = #expect(throws: PostgresError.self) {
      try connection.transaction { connection in
        _ = try connection.copyIn("copy t from stdin") { writer in
          while sent < 200 << 20 {
            try writer.write(piece.span)
            sent += piece.count
          }
        }
      }
    }
    #expect(error?.isConnectionLoss == true)
    #expect(error?.code == .connection)
    #expect(sent < bytes + 8 << 20, "the loss was noticed after \(sent) bytes")
    #expect(connection.isUsable == false)
    #expect(try TransactionTests.count(&witness) == 0)
  }

  @Test func `fault 40: a commit that was heard but not answered has an unknown outcome`() throws {
    try Self.commitThrough(.cutAfterServerHeard("commit"), expectedRows: 1)
  }

  @Test func `fault 40: a commit that was never heard has an unknown outcome`() throws {
    try Self.commitThrough(.cutBeforeClientSays("commit"), expectedRows: 0)
  }

  private static func commitThrough(_ rule: TCPCutter.Rule, expectedRows: Int) throws {
    let scratch = try ScratchSchema.current
    var witness = try scratch.connect()
    try witness.execute("create table t (n int)")
    let cutter = try TCPCutter(scratch.databaseURL)
    var connection = try PostgresConnection(cutter.settings)
    let error = #expect(throws: PostgresError.self) {
      try connection.transaction { connection in
        try connection.run("insert into t values (1)")
        cutter.set(rule)
      }
    }
    #expect(error?.code == .commitOutcomeUnknown)
    #expect(error?.isConnectionLoss == true)
    #expect(error?.description.contains("outcome is unknown") == true)
    #expect(connection.isUsable == false)
    // The server needs a moment to find the line cut and the transaction over.
    try witness.execute("begin; lock table t; commit")
    #expect(try TransactionTests.count(&witness) == expectedRows)
  }

  @Test func `fault 36: a silent peer does not hold us beyond the limit`() throws {
    let cutter = try TCPCutter(ScratchSchema.current.databaseURL)
    var connection = try PostgresConnection(cutter.settings)
    connection.setTimeLeft(.milliseconds(100))
    cutter.set(.stall)
    let started = ContinuousClock.now
    let error = #expect(throws: PostgresError.self) { try connection.run("select 1") }
    // The contract is a time, the limit and one second for the server to say so itself; the rest is
    // for a busy machine.
    #expect(ContinuousClock.now - started < .seconds(20))
    #expect(error?.code == .timeout)
    #expect(error?.isConnectionLoss == true)
    #expect(connection.isUsable == false)
  }

  @Test func `fault 36: a server that stops reading does not hold a copy beyond the limit`() throws
  {
    let scratch = try ScratchSchema.current
    let cutter = try TCPCutter(scratch.databaseURL)
    var connection = try PostgresConnection(cutter.settings)
    try connection.execute("create table t (n int)")
    connection.setTimeLeft(.milliseconds(300))
    let piece = Array(String(repeating: "1234567\n", count: 4096).utf8)
    let error = #expect(throws: PostgresError.self) {
      try connection.beginCopyIn("copy t from stdin")
      cutter.set(.stall)
      while true { try connection.putCopy(piece.span) }
    }
    #expect(error?.code == .timeout)
  }

  @Test func `fault 36: a server that never answers does not hold a connect`() throws {
    let cutter = try TCPCutter(ScratchSchema.current.databaseURL)
    cutter.set(.stall)
    let started = ContinuousClock.now
    let error = #expect(throws: PostgresError.self) {
      _ = try PostgresConnection(cutter.settings, connectTimeout: .milliseconds(150))
    }
    #expect(ContinuousClock.now - started < .seconds(20))
    #expect(error?.code == .connection)
    #expect(error?.message.contains("did not answer") == true)
  }

  @Test func `a connect that fails leaves no connection behind`() throws {
    let cutter = try TCPCutter(ScratchSchema.current.databaseURL)
    cutter.set(.stall)
    for _ in 0..<3 {
      #expect(throws: PostgresError.self) {
        _ = try PostgresConnection(cutter.settings, connectTimeout: .milliseconds(50))
      }
    }
    #expect(Patience.until { cutter.connectionCount == 3 })
    cutter.set(.pass)
    #expect(Patience.until { cutter.openConnectionCount == 0 })
  }

  @Test func `fault 33: a server that is not there is worth another try`() throws {
    let settings = try PostgresSettings(url: "postgresql:///d?host=/nonexistent&user=u")
    let error = #expect(throws: PostgresError.self) { _ = try PostgresConnection(settings) }
    #expect(error?.code == .connection)
    #expect(error?.isTransient == true)
    #expect(error?.message.contains("/nonexistent") == true)
  }

  static func terminate(_ backend: Int, _ other: inout PostgresConnection) throws {
    // The second argument waits until the process is gone.
    try other.run("select pg_terminate_backend($1, 5000)", [.integer(backend)])
  }

  static func endSelf(_ connection: inout PostgresConnection) throws {
    try connection.run("select pg_terminate_backend(pg_backend_pid())")
  }
}
